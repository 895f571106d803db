namespace AgentStatus.Server.Tests.Running;

/// <summary>Tests beside which no others run: what they measure is the whole process's.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
