using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.Spool;

/// <summary>The call steps of a shared store that may not answer: they go to the spool then, and from there into the
/// store when it is back. A ring that is in the spool is compared with that: it came first.</summary>
internal sealed class SpoolingSteps(SpoolFile spool, ReachableStore store, Backoff drains) : ICallStepStore
{
    public long SpooledCount => spool.StepCount;

    public IReadOnlyList<KeepResult> Keep(IReadOnlyList<CallStep> steps)
    {
        if (!store.IsReachable) return spool.Keep(steps);
        if (spool.StepCount == 0) return KeepNew(steps);

        // What is in the spool keeps its place there, so that the drain brings the first one first.
        var found = spool.Find(steps);
        var results = new KeepResult[steps.Count];
        foreach (var isSpooled in (bool[])[true, false])
        {
            var indexes = Enumerable.Range(0, steps.Count).Where(i => found[i] is not null == isSpooled).ToList();
            if (indexes.Count == 0) continue;
            List<CallStep> some = indexes.ConvertAll(i => steps[i]);
            var kept = isSpooled ? spool.Keep(some) : KeepNew(some);
            for (var i = 0; i < indexes.Count; i++) results[indexes[i]] = kept[i];
        }

        return results;
    }

    /// <summary>The store's steps and the spooled ones; of a ring that is in both, what will stand in the
    /// store.</summary>
    public IReadOnlyList<CallStep> Read(StepQuery query, IReadOnlyList<long> callIds, int most)
    {
        // The spool is asked first: what moves from there to the store meanwhile is then found in both.
        var spooled = store.IsReachable && spool.StepCount > 0 ? spool.ReadSteps(query, callIds, most) : [];
        var underWay = store.Connected?.Erasure.UnderWay;
        if (underWay is { All.Count: > 0 })
            spooled = [.. spooled.Where(step => !underWay.Include(new(step.Ring.CompanyId, step.Ring.AgentId)))];
        var stored = store.Ask(it => it.CallSteps.Read(query, callIds, most));
        if (spooled.Count == 0) return stored;
        var all = stored.ToDictionary(step => step.Ring);
        foreach (var step in spooled) all[step.Ring] = step.After(all.GetValueOrDefault(step.Ring));
        var merged = all.Values.ToList();
        merged.Sort((a, b) =>
            a.Ring.CallId == b.Ring.CallId ? CallStep.Compare(a, b) : a.Ring.CallId.CompareTo(b.Ring.CallId));
        return merged.Count > most ? merged[..most] : merged;
    }

    public CallScan Find(StepQuery query, CallAt after, int most)
    {
        var spooled = store.IsReachable && spool.StepCount > 0
            ? spool.FindCalls(query, after, most)
            : new CallScan([], IsComplete: true);
        var stored = store.Ask(it => it.CallSteps.Find(query, after, most));
        if (spooled.Calls.Count == 0) return stored;

        // Nothing is told behind the end of one that is not complete.
        var all = new SortedSet<CallAt>(stored.Calls.Concat(spooled.Calls));
        foreach (var scan in (CallScan[])[stored, spooled])
            if (!scan.IsComplete) all.RemoveWhere(call => call.CompareTo(scan.Calls[^1]) > 0);
        var isComplete = stored.IsComplete && spooled.IsComplete && all.Count <= most;
        return new([.. all.Take(most)], isComplete);
    }

    /// <inheritdoc/>
    /// <remarks>They leave the spool only when the store has confirmed all of them: after a crash in between, the next
    /// drain finds them kept.</remarks>
    public StepDrain Drain(int most)
    {
        if (!store.IsReachable || spool.StepCount == 0 || !drains.IsOver) return default;
        try
        {
            var (steps, through) = spool.ReadOldestSteps(most);
            var rejected = store.Write(it =>
            {
                var left = it.Erasure.WithoutErased(steps);
                var kept = it.CallSteps.Keep(left);
                var refused = left.Where((_, i) => kept[i].IsRefused).ToList();
                if (refused.Count > 0) it.CallSteps.AddRejected(refused);
                return refused;
            });
            spool.RemoveStepsThrough(through);
            drains.Succeed();
            return new(steps.Count, rejected);
        }
        catch (StoreUnreachableException failure)
        {
            if (failure.IsOfRead) drains.Fail();
            return default;
        }
    }

    /// <summary>A store that did not confirm may have kept some, or all: the spool takes all of them.</summary>
    private IReadOnlyList<KeepResult> KeepNew(IReadOnlyList<CallStep> steps)
    {
        try
        {
            return store.Write(it => it.CallSteps.Keep(steps));
        }
        catch (StoreUnreachableException)
        {
            return spool.Keep(steps);
        }
    }
}
