using AgentStatus.Storage.MongoDb;
using MongoDB.Bson;
using MongoDB.Driver;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>How long memory takes to fill from a database that has far more than memory needs.</summary>
internal sealed class StartFromMongo() : Comparison(
    "start-mongodb",
    "start from MongoDB, 100 events of each agent stored and 7 needed, against the same documents read by the driver")
{
    private const int EventsPerAgent = 100;
    private const int AgentsPart = 20;
    private const int MostRounds = 3;

    /// <summary>Agents whose documents the other side reads at once, and how many times that at a time.</summary>
    private const int PortionAgents = 50;
    private const int AtOnce = 8;

    private static readonly TimeSpan History = TimeSpan.FromDays(28);
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(1);

    /// <summary>What a server reads before its horizon: calls that begin there may last until after it.</summary>
    private static readonly TimeSpan CallsReach =
        TimeSpan.FromMilliseconds(2 * Limits.OnCallMs) + TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReadLimit = TimeSpan.FromMinutes(5);

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        using var database = MongoDatabase.Create("start");
        var agents = bench.Sizes.RenewedAgents / AgentsPart;
        Workbench.Say($"making a database of {agents:N0} agents with {EventsPerAgent:N0} events each");
        SampleDocuments.Insert(
            database.Database, agents, EventsPerAgent, bench.SampleToMs - (long)History.TotalMilliseconds,
            bench.SampleToMs);
        var time = new Rounds(
            $"{Name}/time", "s", Target.AtMost(1.5),
            FormattableString.Invariant($"{agents:N0} agents; from the process's start to being ready"));
        var number = 0;
        return
        [
            time.Compare(
                Math.Min(MostRounds, bench.Sizes.Rounds),
                () =>
                {
                    using var server = MeasuredServer.Start(
                        bench.NewDirectory($"start-mongodb-{number++}"),
                        [.. database.Settings, "--Memory:Horizon", $"{Horizon:c}"]);
                    Workbench.Say(server.ReadyLine);
                    return server.StartTook.TotalSeconds;
                },
                () => Read(database.Database, bench.NowMs - (long)(Horizon + CallsReach).TotalMilliseconds)),
        ];
    }

    /// <summary>Lists the agents, reads the events since the horizon and, for each agent and origin, the last one
    /// before it, and makes nothing of them.</summary>
    private static double Read(StatusDatabase database, long horizonMs)
    {
        var started = Stopwatch.GetTimestamp();
        using var limit = new TimeLimit(ReadLimit, isPerAnswer: false);
        var portions =
            from companyId in database.Events.Distinct<long>("company_id", new BsonDocument()).ToList()
            let agentIds = database.Events.Distinct<long>("agent_id", new BsonDocument("company_id", companyId))
            from portion in agentIds.ToList().Order().Select(id => new AgentKey(companyId, id)).Chunk(PortionAgents)
            select portion;
        Parallel.ForEachAsync(
            portions, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (portion, _) => await ReadAsync(database, portion, horizonMs, limit)).GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task ReadAsync(
        StatusDatabase database, AgentKey[] portion, long horizonMs, TimeLimit limit)
    {
        var companyId = portion[0].CompanyId;
        var agentIds = Array.ConvertAll(portion, agent => agent.AgentId);
        await EventReads.ReadPrecedingAsync(database, companyId, agentIds, horizonMs, new(), limit);
        var recent = new BsonDocument
        {
            { "company_id", companyId },
            { "agent_id", new BsonDocument { { "$gte", agentIds[0] }, { "$lte", agentIds[^1] } } },
            { "occurred_at", new BsonDocument("$gte", new BsonDateTime(horizonMs)) },
        };
        var inOrder = new FindOptions<EventDocument, RawBsonDocument>
        {
            Projection = EventReads.Fields,
            Sort = new BsonDocument
            {
                { "company_id", 1 }, { "agent_id", 1 }, { "origin", 1 }, { "occurred_at", 1 }, { "event_id", 1 },
            },
        };
        using var cursor = await database.Events.FindAsync(recent, inOrder, limit.Token);
        while (await cursor.MoveNextAsync(limit.Token))
            foreach (var document in cursor.Current) document.Dispose();
    }
}
