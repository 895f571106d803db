using AgentStatus.Storage;
using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Benchmarks.Samples;

/// <summary>Makes store files by the store's own code.</summary>
internal static class SampleStore
{
    private const int BatchEvents = 100_000;

    private const string Label = "Lunch";

    /// <summary>The same agents and events for the same numbers.</summary>
    /// <param name="labelEvery">Each event so many has a label; 0: none has.</param>
    public static void Create(
        string directory, int agents, int eventsPerAgent, long fromMs, long toMs, int labelEvery = 0)
    {
        using var store = SqliteStatusStore.Open(directory);
        var batch = new List<EventToAppend>(BatchEvents);
        var random = new Random(agents);
        long number = 0;
        for (var i = 0; i < agents; i++)
        {
            var agent = SampleAgents.Get(i);
            foreach (var (atMs, status, origin) in AgentDay.Of(random, eventsPerAgent, fromMs, toMs))
            {
                var id = (++number).ToString("x32", CultureInfo.InvariantCulture);
                var label = labelEvery > 0 && number % labelEvery == 0 ? Label : "";
                batch.Add(new EventToAppend(
                    new StatusEvent(agent, status, origin, atMs, id) { Label = label }, atMs, AnyOccurredAt: false));
            }

            if (batch.Count < BatchEvents - eventsPerAgent && i < agents - 1) continue;
            store.Append(batch);
            store.OfflinePeriods.SaveCheckpoint(epoch: 1, [store.StoredThrough]);

            batch.Clear();
        }
    }
}
