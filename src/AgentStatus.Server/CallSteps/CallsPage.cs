using AgentStatus.Core.Rings;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.CallSteps;

/// <summary>One page of the calls that have steps, in the order of their first one. It ends when it is full, or after
/// so much work that the rest is another request's.</summary>
/// <param name="onlyChanged">Only calls of which a step is shown otherwise now.</param>
/// <param name="most">Calls of the page.</param>
internal sealed class CallsPage(
    StepLookup steps, StepQuery query, bool onlyChanged, int most, long knownThroughMs)
{
    private long _work;

    public List<CallTotals> Calls { get; } = [];

    /// <summary>Fills the page; gives behind what the next one begins, or null: this is the last.</summary>
    public async Task<CallAt?> FillAsync(CallAt after, CancellationToken cancellation)
    {
        while (true)
        {
            var scan = await steps.FindAsync(
                query, after, Math.Min(ServerLimits.CallsReadAtOnce, most - Calls.Count), cancellation);
            var (known, isCut) = await ReadAsync(scan.Calls, cancellation);
            foreach (var call in isCut ? scan.Calls.Take(1) : scan.Calls)
            {
                await AddAsync(call, known[call.CallId], cancellation);
                after = call;
                if (Calls.Count == most || _work >= ServerLimits.ListedSteps) return after;
            }

            if (scan.IsComplete && !isCut) return null;
        }
    }

    /// <summary>The steps of these calls; where they are very many, of the first one only.</summary>
    private async Task<(ILookup<long, CallStep> Known, bool IsCut)> ReadAsync(
        IReadOnlyList<CallAt> calls, CancellationToken cancellation)
    {
        long[] ids = [.. calls.Select(call => call.CallId).Distinct()];
        var read = ids.Length == 0 ? [] : await steps.ReadAsync(query, ids, ServerLimits.CallSteps, cancellation);
        var isCut = ids.Length > 1 && read.Count == ServerLimits.CallSteps;
        if (isCut) read = await steps.ReadAsync(query, [ids[0]], ServerLimits.CallSteps, cancellation);
        return (read.ToLookup(step => step.Ring.CallId), isCut);
    }

    /// <summary>Adds the call where this is its first step: each is told of once.</summary>
    private async Task AddAsync(CallAt call, IEnumerable<CallStep> known, CancellationToken cancellation)
    {
        _work++;
        if (known.FirstOrDefault()?.Ring.RingAtMs != call.RingAtMs) return;
        var (count, changed, lastMs) = (0, 0, 0L);
        foreach (var step in known)
        {
            _work += steps.IsInMemory(step) ? 1 : ServerLimits.StoredStepWork;
            var current = await steps.ClassifyAsync(step, knownThroughMs, cancellation);
            if (current.Differs(step.Given)) changed++;
            (count, lastMs) = (count + 1, step.Ring.RingAtMs);
        }

        if (changed > 0 || !onlyChanged) Calls.Add(new(call.CallId, call.RingAtMs, lastMs, count, changed));
    }
}

/// <summary>What is told of a call: of those of its steps that were asked for.</summary>
internal readonly record struct CallTotals(long CallId, long FirstRingAtMs, long LastRingAtMs, int Steps, int Changed);
