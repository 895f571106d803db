namespace AgentStatus.Server.Configuration;

/// <summary>A key that was asked for, as the reference in docs/operations.md has it.</summary>
/// <param name="Key">As Section:Key.</param>
/// <param name="Default">What holds where it is not given.</param>
/// <param name="Values">What it may be.</param>
internal sealed record Setting(string Key, string Default, string Values);
