namespace AgentStatus.Benchmarks.Samples;

/// <summary>The agents of all samples: numbered, a thousand to a company.</summary>
internal static class SampleAgents
{
    public const int PerCompany = 1_000;
    public const long FirstCompanyId = 280_000;
    public const long FirstAgentId = 3_800_000;

    public static AgentKey Get(int number) => new(FirstCompanyId + (number / PerCompany), FirstAgentId + number);
}
