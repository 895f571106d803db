namespace AgentStatus.Core.Timelines;

/// <content>What changes in a timeline: by an event, or as time passes.</content>
public readonly partial struct Timeline
{
    /// <summary>The first instant in [fromMs, throughMs] at which the two say something else; null: there is none.
    /// Where one of them does not cover <paramref name="fromMs"/>, nobody knows what it said there: that
    /// instant.</summary>
    public static long? FindDifference(in Timeline before, in Timeline after, long fromMs, long throughMs)
    {
        if (fromMs > throughMs) return null;
        if (!before.Covers(fromMs) || !after.Covers(fromMs)) return fromMs;
        var older = before.Between(fromMs, throughMs + 1);
        var newer = after.Between(fromMs, throughMs + 1);
        var goesOn = older.MoveNext() & newer.MoveNext();
        while (goesOn)
        {
            var (was, isNow) = (older.Current, newer.Current);
            if (was.Effective != isNow.Effective) return Math.Max(was.StartMs, isNow.StartMs);
            goesOn = (was.EndMs > isNow.EndMs || older.MoveNext()) & (isNow.EndMs > was.EndMs || newer.MoveNext());
        }

        return null;
    }

    /// <summary>The first instant after this one at which something else is in force, as far as is known: by an event
    /// of the future, or a call that runs out; null: there is none. Only for instants that the timeline
    /// covers.</summary>
    public long? FindNextChange(long instantMs)
    {
        var ahead = Between(instantMs, Limits.LastInstantMs);
        return ahead.MoveNext() && ahead.Current.EndMs < Limits.LastInstantMs ? ahead.Current.EndMs : null;
    }
}
