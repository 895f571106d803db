using AgentStatus.Storage.MongoDb;
using MongoDB.Driver;

namespace AgentStatus.Benchmarks.Samples;

/// <summary>Fills a database by the driver, faster than a server takes events.</summary>
internal static class SampleDocuments
{
    private const string ServerId = "sample";
    private const int BatchEvents = 2_000;

    /// <summary>Batches that are on their way.</summary>
    private const int AtOnce = 2;

    private static readonly InsertManyOptions Unordered = new() { IsOrdered = false };

    /// <summary>The same events as <see cref="SampleStore"/> stores, for the same numbers.</summary>
    public static void Insert(StatusDatabase database, int agents, int eventsPerAgent, long fromMs, long toMs) =>
        Parallel.ForEach(
            Documents(agents, eventsPerAgent, fromMs, toMs).Chunk(BatchEvents),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            batch => database.Events.InsertMany(batch, Unordered));

    private static IEnumerable<EventDocument> Documents(int agents, int eventsPerAgent, long fromMs, long toMs)
    {
        var random = new Random(agents);
        long number = 0;
        for (var i = 0; i < agents; i++)
        {
            foreach (var (atMs, status, origin) in AgentDay.Of(random, eventsPerAgent, fromMs, toMs))
            {
                var id = (++number).ToString("x32", CultureInfo.InvariantCulture);
                var one = new StatusEvent(SampleAgents.Get(i), status, origin, atMs, id);
                yield return new(EventDocument.IdOf(one), one, atMs, ServerId, number);
            }
        }
    }
}
