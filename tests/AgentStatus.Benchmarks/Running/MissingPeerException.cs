namespace AgentStatus.Benchmarks.Running;

/// <summary>A peer is not installed; the message names the command that installs it.</summary>
internal sealed class MissingPeerException(string peer, string command)
    : Exception($"{peer} is not installed: {command}");
