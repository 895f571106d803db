namespace AgentStatus.Benchmarks.Samples;

/// <summary>The agents of all samples: numbered, a thousand to a company.</summary>
internal static class SampleAgents
{
    public const int PerCompany = 1_000;
    public const long FirstCompanyId = 280_000;
    public const long FirstAgentId = 3_800_000;

    public static AgentKey Get(int number) => new(FirstCompanyId + (number / PerCompany), FirstAgentId + number);

    /// <summary>One of the first so many, at random.</summary>
    /// <param name="companies">Only of these, of which there has to be one; null: of all.</param>
    public static AgentKey Any(Random random, int agents, CompanyPartition? companies = null)
    {
        while (true)
        {
            var agent = Get(random.Next(agents));
            if (companies is null || companies.Contains(agent.CompanyId)) return agent;
        }
    }
}
