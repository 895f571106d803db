namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>A company's month: daily buckets, OFFLINE clipped to business hours.</summary>
internal sealed class BreakdownAgainstPostgres() : Comparison(
    "breakdown-postgres", "GetBreakdown of a company's month over gRPC against SQL with multiranges")
{
    private const string Table = "month_statuses";

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        var month = new BreakdownCase(bench);
        var store = bench.Store(month);
        EffectiveTable.Create(
            bench.Postgres, Table, SampleTimelines.Of(month.Agents, month.EventsPerAgent, month.FromMs, month.ToMs),
            month.FromMs, month.ToMs);
        var http = $"http://127.0.0.1:{LoopbackPort.Free()}";
        using var server = MeasuredServer.Start(
            store, "--CompanySettings:Path", month.WriteSettings(store), "--Http", http);
        using var json = new BreakdownInJson(http, month);
        using var client = new BreakdownOverGrpc(server.Port, month);
        BreakdownInSql[] queries =
        [
            BreakdownInSql.WithMultiranges(bench.Postgres, Table, month),
            BreakdownInSql.Tuned(bench.Postgres, Table, month),
        ];
        foreach (var sql in queries)
        {
            var difference = DayOfAgent.FindDifference(BreakdownOverGrpc.Read(client.Fetch()), sql.Fetch());
            if (difference is not null) throw new InvalidOperationException($"The answers differ: {difference}.");
        }

        LeanBreakdown.Load(server, month, bench.Sizes.Warmup / 2);
        Rate(bench.Sizes.Warmup / 2, () => client.Fetch());
        Rate(bench.Sizes.Warmup / 2, json.Fetch);
        foreach (var row in Compare(bench, month, server, client, json, queries)) yield return row;
    }

    /// <summary>By the lean load and by an ordinary client, each against both queries, in the same rounds.</summary>
    private IEnumerable<Row> Compare(
        Workbench bench, BreakdownCase month, MeasuredServer server, BreakdownOverGrpc client, BreakdownInJson json,
        BreakdownInSql[] queries)
    {
        const string Unit = "breakdowns/s";
        const string Objects = "Grpc.Net.Client on the same cores, objects made";
        var equal = $"{month.Events:N0} events; the answers are equal, to the ms; the lean load takes the bytes";
        Rounds[] byLean =
        [
            new($"{Name}/multiranges", Unit, Target.AtLeast(100), equal),
            new($"{Name}/tuned SQL", Unit, Target.None, equal),
        ];
        Rounds[] byClient =
        [
            new($"{Name}/multiranges, ordinary client", Unit, Target.None, Objects),
            new($"{Name}/tuned SQL, ordinary client", Unit, Target.AtLeast(50), Objects),
        ];
        var byJson = new Rounds(
            $"{Name}/tuned SQL, JSON", Unit, Target.AtLeast(20),
            "over the second endpoint, compressed; parsed by JsonDocument");
        var cpu = new Rounds($"{Name}/cpu", "ns/event", Target.None, "the server's own CPU time");
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var lean = LeanBreakdown.Load(server, month, bench.Sizes.Round);
                var clientRate = Rate(bench.Sizes.Round, () => client.Fetch());
                byJson.AddOurs(Rate(bench.Sizes.Round, json.Fetch));
                foreach (var rounds in byLean) rounds.AddOurs(lean.PerSecond);
                foreach (var rounds in byClient) rounds.AddOurs(clientRate);
                cpu.AddOurs(1e3 * lean.CpuMicroseconds / month.Events);
            },
            () =>
            {
                var rate = double.NaN;
                for (var i = 0; i < queries.Length; i++)
                {
                    var started = Stopwatch.GetTimestamp();
                    queries[i].Fetch();
                    rate = 1 / Stopwatch.GetElapsedTime(started).TotalSeconds;
                    byLean[i].AddTheirs(rate);
                    byClient[i].AddTheirs(rate);
                }

                byJson.AddTheirs(rate);
            });
        return [.. byLean.Concat(byClient).Append(byJson).Select(rounds => rounds.Compared()), cpu.Absolute()];
    }

    private static double Rate(TimeSpan duration, Action fetch)
    {
        var (started, times) = (Stopwatch.GetTimestamp(), 0);
        for (; times == 0 || Stopwatch.GetElapsedTime(started) < duration; times++) fetch();
        return times / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
