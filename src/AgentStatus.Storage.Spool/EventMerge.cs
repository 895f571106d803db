namespace AgentStatus.Storage.Spool;

/// <summary>Answers <see cref="IEventReader.ReadEvents"/> from a store's answer and the agent's spooled
/// events.</summary>
internal static class EventMerge
{
    /// <summary>Asks the spool first: an event that moves from there to the store meanwhile is then found in both
    /// rather than in none.</summary>
    public static IReadOnlyList<StatusEvent> Read(
        SpoolFile spool, AgentKey agent, long fromMs, long toMs, Func<IReadOnlyList<StatusEvent>> readStore)
    {
        var spooled = spool.Count == 0 ? [] : spool.Read(agent);
        var stored = readStore();
        return spooled.Count == 0 ? stored : Merge(stored, spooled, fromMs, toMs);
    }

    /// <summary>An event that is in both counts as the store has it.</summary>
    private static List<StatusEvent> Merge(
        IReadOnlyList<StatusEvent> stored, IReadOnlyList<StatusEvent> spooled, long fromMs, long toMs)
    {
        var ids = stored.Select(one => one.EventId).ToHashSet();
        var endMs = Math.Max(fromMs, toMs);
        List<StatusEvent> all = [.. stored, .. spooled.Where(one => one.OccurredAtMs < endMs && ids.Add(one.EventId))];
        all.Sort(StatusEvent.Compare);
        var last = new Dictionary<Origin, StatusEvent>();
        foreach (var before in all.Where(one => one.OccurredAtMs < fromMs))
            last[before.Origin] = before;
        return all.FindAll(one => one.OccurredAtMs >= fromMs || last[one.Origin] == one);
    }
}
