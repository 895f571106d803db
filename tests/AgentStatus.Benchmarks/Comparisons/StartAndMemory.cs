using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>How long memory takes to fill, and how much it takes.</summary>
internal sealed class StartAndMemory() : Comparison(
    "start", "warm start from SQLite, and the process's memory after it")
{
    private const int BaseBytes = 100_000_000;
    private const int BytesPerAgent = 200;
    private const int BytesPerEvent = 8;
    private const int BytesPerEventWithLabels = 10;
    private const int LabelEvery = 5;

    /// <summary>Long histories: a hundredth of the agents, with 250 times the events.</summary>
    private const int FewerAgents = 100;
    private const int MoreEvents = 250;

    /// <summary>A start of the full size takes long and varies little.</summary>
    private const int MostRounds = 2;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        yield return Empty(bench);
        var agents = bench.Sizes.Agents;
        var events = (double)agents * bench.Sizes.EventsPerAgent;
        var directory = bench.Store(agents);
        bench.Release("large");
        var start = new Rounds(
            $"{Name}/warm start", "us/event", Target.AtMost(0.5, " us"),
            "from the process's start to being ready; the other side is reading the file once, from the page cache");
        var allowed = (BaseBytes + ((double)agents * BytesPerAgent) + (events * BytesPerEvent)) / 1e6;
        const string Allowed = "the other side is 100 MB, 200 bytes an agent and 8 an event";
        var started = new Rounds($"{Name}/memory when ready", "MB", Target.AtMost(1), Allowed);
        var loaded = new Rounds($"{Name}/memory under load", "MB", Target.AtMost(1), Allowed);
        Rounds.Interleave(
            Math.Min(MostRounds, bench.Sizes.Rounds),
            () =>
            {
                using var server = MeasuredServer.Start(directory);
                start.AddOurs(server.StartTook.TotalMicroseconds / events);
                started.AddOurs(server.ResidentBytes() / 1e6);
                bench.Classify(server, agents, connections: 8, streams: 32);
                loaded.AddOurs(server.ResidentBytes() / 1e6);
                started.AddTheirs(allowed);
                loaded.AddTheirs(allowed);
            },
            () => start.AddTheirs(ReadFile(directory).TotalMicroseconds / events));
        yield return start.Absolute();
        yield return started.Compared();
        yield return loaded.Compared();
        yield return Memory(
            bench, bench.LabelledStore(agents, LabelEvery), "memory with labels", agents, bench.Sizes.EventsPerAgent,
            BytesPerEventWithLabels);
        var (few, many) = (agents / FewerAgents, bench.Sizes.EventsPerAgent * MoreEvents);
        yield return Memory(bench, bench.LongStore(few, many), "memory of long histories", few, many, BytesPerEvent);
    }

    /// <summary>Of another store, which is not needed afterwards.</summary>
    private Row Memory(
        Workbench bench, string directory, string what, double agents, double eventsPerAgent, int bytesPerEvent)
    {
        var allowed = (BaseBytes + (agents * BytesPerAgent) + (agents * eventsPerAgent * bytesPerEvent)) / 1e6;
        var ready = new Rounds(
            $"{Name}/{what}", "MB", Target.AtMost(1), FormattableString.Invariant(
                $"when ready: {agents:N0} agents with {eventsPerAgent:N0} events, {bytesPerEvent} bytes each"));
        using (var server = MeasuredServer.Start(directory)) ready.Add(server.ResidentBytes() / 1e6, allowed);
        bench.DeleteStore(directory);
        return ready.Compared();
    }

    /// <summary>From nothing: what a start costs whatever is stored.</summary>
    private Row Empty(Workbench bench)
    {
        var start = new Rounds(
            $"{Name}/empty store", "ms", Target.AtMost(1.5),
            "the other side is the start of the empty handler's server");
        var number = 0;
        return start.Compare(
            bench.Sizes.Rounds,
            () => StartTook(MeasuredServer.Start(bench.NewDirectory($"empty-store-{number++}"))),
            () => StartTook(MeasuredServer.StartEmpty()));
    }

    private static double StartTook(MeasuredServer server)
    {
        using (server) return server.StartTook.TotalMilliseconds;
    }

    private static TimeSpan ReadFile(string directory)
    {
        var started = Stopwatch.GetTimestamp();
        using var file = File.OpenHandle(
            Path.Combine(directory, SqliteStatusStore.FileName), options: FileOptions.SequentialScan);
        var buffer = new byte[1 << 20];
        for (long offset = 0; RandomAccess.Read(file, buffer, offset) is > 0 and var bytes;) offset += bytes;
        return Stopwatch.GetElapsedTime(started);
    }
}
