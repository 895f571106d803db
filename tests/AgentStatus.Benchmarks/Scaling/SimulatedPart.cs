namespace AgentStatus.Benchmarks.Scaling;

/// <summary>What the servers of one part carry.</summary>
internal sealed class SimulatedPart(int number)
{
    public int Number => number;

    public int Companies { get; private set; }

    public long Agents { get; private set; }

    /// <summary>Agents of the largest company.</summary>
    public long Largest { get; private set; }

    public void Add(long agents)
    {
        Companies++;
        Agents += agents;
        Largest = Math.Max(Largest, agents);
    }

    /// <summary>Memory of a server by the formula of docs/performance.md, in GB.</summary>
    public double Gigabytes(double eventsOfAgent) => (100e6 + (200.0 * Agents) + (8.0 * Agents * eventsOfAgent)) / 1e9;

    /// <summary>Events of the worst second of an hour at this rate, each second by itself.</summary>
    public static double WorstSecond(Random random, double eventsPerSecond)
    {
        var worst = 0.0;
        for (var second = 0; second < 3_600; second++)
            worst = Math.Max(worst, eventsPerSecond + (Math.Sqrt(eventsPerSecond) * Normal(random)));
        return worst;
    }

    /// <summary>Box and Muller's: a Poisson number is as good as normal here.</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
