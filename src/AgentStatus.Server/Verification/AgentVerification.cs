using System.Globalization;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Core.Timelines;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Verification;

/// <summary>Compares what is stored of an agent, and what memory answers from, with what its events come to.</summary>
internal sealed class AgentVerification(
    IStatusStore store,
    TimelineIndex timelines,
    CompanyHours hours,
    TimelineLoader loader,
    RetentionCut cut,
    TimeProvider clock)
{
    private const string Rebuild = "`agentstatus rebuild` makes them anew";

    /// <summary>What is wrong, for people to read.</summary>
    /// <param name="ids">Takes the events' ids; null: they are known.</param>
    /// <param name="count">Is told how many events were read; null: nobody asks.</param>
    public List<string> FindFaults(AgentKey agent, EventIds? ids, Action<int>? count)
    {
        var faults = new List<string>();
        var stored = new List<StoredEvent>();
        foreach (var one in loader.ReadHistory(agent))
        {
            if (stored.Count > 0 && StatusEvent.Compare(stored[^1].Event, one.Event) >= 0)
                faults.Add($"event {one.Event.EventId} is read behind {stored[^1].Event.EventId}, against the order");
            if (FindFault(agent, one.Event) is { } fault) faults.Add($"event {one.Event.EventId} {fault}");
            ids?.Add(one.Event.EventId);
            stored.Add(one);
        }

        count?.Invoke(stored.Count);
        var timeline = loader.Build(stored.Where(one => one.Retraction is null));
        if (FindFault(agent, timeline) is { } differs) faults.Add(differs);
        faults.AddRange(FindPeriodFaults(agent, timeline));
        return faults;
    }

    private static string? FindFault(AgentKey agent, StatusEvent e)
    {
        if (e.Agent != agent) return $"is stored of agent {e.Agent.AgentId} of company {e.Agent.CompanyId}";
        if (!StatusRules.MayCarry(e.Origin, e.Status)) return $"says {e.Status}, which {e.Origin} may not say";
        if (e.OccurredAtMs is < Limits.FirstInstantMs or > Limits.LastInstantMs) return "has no instant that there is";
        return e.EventId.Length is 0 or > Limits.EventIdCharacters ? "has no id of a length that is allowed" : null;
    }

    /// <summary>Where memory answers otherwise.</summary>
    private string? FindFault(AgentKey agent, in Timeline timeline)
    {
        var known = timelines.Find(agent);
        var fromMs = Math.Max(known.CoveredFromMs, FromMs);
        var ofMemory = known.Between(fromMs, Limits.LastInstantMs).GetEnumerator();
        foreach (var interval in timeline.Between(fromMs, Limits.LastInstantMs))
        {
            if (ofMemory.MoveNext() && ofMemory.Current == interval) continue;
            var isSame = ofMemory.Current.Effective == interval.Effective;
            var differsAtMs = isSame ? Math.Min(ofMemory.Current.EndMs, interval.EndMs) : interval.StartMs;
            return $"memory answers otherwise from {Text(differsAtMs)} on: the events give "
                + $"{timeline.At(differsAtMs).Status}; restart the server, and report it";
        }

        return null;
    }

    /// <summary>What lies before the cut may be gone.</summary>
    private long FromMs => Math.Max(cut.Ms, Limits.FirstInstantMs);

    private IEnumerable<string> FindPeriodFaults(AgentKey agent, Timeline timeline)
    {
        var fromMs = FromMs;
        var stored = store.OfflinePeriods.Read(agent, fromMs);
        var expected = OfflineDerivation.From(agent, timeline, fromMs, clock.NowMs(), hours.Find(agent.CompanyId));
        var storedByStart = stored.ToDictionary(period => Math.Max(period.StartedAtMs, fromMs));
        foreach (var of in expected)
        {
            var differs = storedByStart.Remove(of.StartedAtMs, out var given)
                ? FindDifference(of, given)
                : "is not stored";
            if (differs is not null)
                yield return $"the offline period from {Text(of.StartedAtMs)} {differs}; {Rebuild}";
        }

        foreach (var startMs in storedByStart.Keys)
            yield return $"an offline period is stored from {Text(startMs)} that there was not; {Rebuild}";
    }

    /// <summary>One that lasts is computed up to another instant, and one that began before the cut is stored from
    /// somewhere before it: what both cover is compared.</summary>
    private static string? FindDifference(OfflinePeriod expected, OfflinePeriod stored)
    {
        if (expected.EndedAtMs != stored.EndedAtMs) return "has another end";
        if (expected.HoursInForceFromMs != stored.HoursInForceFromMs)
            return "is computed with other business hours than those in force";
        var hasBegunBefore = stored.StartedAtMs < expected.StartedAtMs;
        if (hasBegunBefore && stored.HoursFault is not null) return null;
        if (expected.HoursFault != stored.HoursFault) return "says another fault of the agent's business hours";
        var throughMs = Math.Min(expected.ComputedThroughMs, stored.ComputedThroughMs);
        return Within(expected, expected.StartedAtMs, throughMs)
            .SequenceEqual(Within(stored, expected.StartedAtMs, throughMs))
            ? null
            : "has other business hours within it";
    }

    private static IEnumerable<Interval> Within(OfflinePeriod period, long fromMs, long throughMs) =>
        (period.BusinessPeriods ?? []).Where(open => open.StartMs < throughMs && open.EndMs > fromMs)
        .Select(open => new Interval(Math.Max(open.StartMs, fromMs), Math.Min(open.EndMs, throughMs)));

    private static string Text(long instantMs) => DateTimeOffset.FromUnixTimeMilliseconds(instantMs)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
