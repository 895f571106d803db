namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>A company's month: daily buckets, OFFLINE clipped to business hours.</summary>
internal sealed class BreakdownAgainstPostgres() : Comparison(
    "breakdown-postgres", "GetBreakdown of a company's month over gRPC against SQL with multiranges")
{
    private const string Table = "month_statuses";
    private const int WarmRequests = 20;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        var month = new BreakdownCase(bench);
        var store = bench.NewDirectory("month");
        Workbench.Say($"making a month of {month.Agents:N0} agents, {month.Events:N0} events");
        SampleStore.Create(store, month.Agents, month.EventsPerAgent, month.FromMs, month.ToMs);
        EffectiveTable.Create(
            bench.Postgres, Table, SampleTimelines.Of(month.Agents, month.EventsPerAgent, month.FromMs, month.ToMs),
            month.FromMs, month.ToMs);
        using var server = MeasuredServer.Start(store, "--CompanySettings:Path", month.WriteSettings(store));
        using var lean = new LeanBreakdown(server.Port, month);
        using var client = new BreakdownOverGrpc(server.Port, month);
        for (var i = 0; i < WarmRequests; i++)
        {
            lean.Fetch();
            client.Fetch();
        }

        var multiranges = BreakdownInSql.WithMultiranges(bench.Postgres, Table, month);
        foreach (var row in Compare(bench, month, lean, client, "multiranges", Target.AtLeast(100), multiranges))
            yield return row;
        var tuned = BreakdownInSql.Tuned(bench.Postgres, Table, month);
        foreach (var row in Compare(bench, month, lean, client, "tuned SQL", Target.None, tuned)) yield return row;

        var cpuBefore = server.CpuSeconds();
        var (times, _) = Repeat(bench.Sizes.Round, lean.Fetch);
        var cpu = new Rounds($"{Name}/cpu", "ns/event", Target.None, "the server's own CPU time");
        cpu.AddOurs(1e9 * (server.CpuSeconds() - cpuBefore) / times / month.Events);
        yield return cpu.Absolute();
    }

    /// <summary>Two rows, from the same rounds: by the lean load, and by an ordinary client.</summary>
    private IEnumerable<Row> Compare(Workbench bench, BreakdownCase month, LeanBreakdown lean, BreakdownOverGrpc client,
        string name, Target target, BreakdownInSql sql)
    {
        var difference = DayOfAgent.FindDifference(BreakdownOverGrpc.Read(client.Fetch()), sql.Fetch());
        if (difference is not null) throw new InvalidOperationException($"The answers differ: {difference}.");
        var byLean = new Rounds($"{Name}/{name}", "breakdowns/s", target,
            $"{month.Events:N0} events; the answers are equal, to the ms; the lean load takes the bytes");
        var byClient = new Rounds($"{Name}/{name}, ordinary client", "breakdowns/s", Target.None,
            "Grpc.Net.Client on the same cores, objects made");
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                byLean.AddOurs(Rate(Repeat(bench.Sizes.Round, lean.Fetch)));
                byClient.AddOurs(Rate(Repeat(bench.Sizes.Round, () => client.Fetch())));
            },
            () =>
            {
                var rate = Rate(Repeat(TimeSpan.Zero, () => sql.Fetch()));
                byLean.AddTheirs(rate);
                byClient.AddTheirs(rate);
            });
        yield return byLean.Compared();
        yield return byClient.Compared();
    }

    private static double Rate((int Times, double Seconds) measured) => measured.Times / measured.Seconds;

    /// <summary>At least once, and no more once the time is over.</summary>
    private static (int Times, double Seconds) Repeat(TimeSpan duration, Action fetch)
    {
        var started = Stopwatch.GetTimestamp();
        var times = 0;
        do
        {
            fetch();
            times++;
        }
        while (Stopwatch.GetElapsedTime(started) < duration);
        return (times, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }
}
