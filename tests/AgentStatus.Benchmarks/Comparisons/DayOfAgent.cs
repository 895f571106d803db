namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>One bucket of a breakdown, whoever computed it: milliseconds per status (1 to 7), outside hours at 8,
/// unknown at 0.</summary>
internal readonly record struct DayOfAgent(long AgentId, long StartMs)
{
    public const int Columns = 9;
    public const int Unknown = 0;
    public const int OutsideHours = 8;

    /// <summary>The first difference between two answers, for people; null if they are equal.</summary>
    public static string? FindDifference(
        IReadOnlyDictionary<DayOfAgent, long[]> ours, IReadOnlyDictionary<DayOfAgent, long[]> theirs)
    {
        if (ours.Count != theirs.Count) return $"{ours.Count} buckets against {theirs.Count}";
        foreach (var (day, elapsedMs) in ours)
        {
            if (!theirs.TryGetValue(day, out var other)) return $"{day} is missing";
            if (!elapsedMs.AsSpan().SequenceEqual(other))
                return $"{day}: {string.Join(' ', elapsedMs)} against {string.Join(' ', other)}";
        }

        return null;
    }
}
