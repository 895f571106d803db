using System.Globalization;
using AgentStatus.Core.Rings;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Verification;

/// <summary>Reads everything that is stored, and compares it with the laws of docs/rules.md and with what memory
/// answers from. Changes nothing, and goes on beside everything else.</summary>
internal sealed class StoreVerification(
    IStatusStore store,
    TimelineIndex timelines,
    CompanyHours hours,
    TimelineLoader loader,
    RetentionCut cut,
    TimeProvider clock)
{
    /// <summary>Calls, or pairs of a call and a ring_at, that are read at a time.</summary>
    private const int CallPortion = 500;

    private readonly AgentVerification _agents = new(store, timelines, hours, loader, cut, clock);

    /// <summary>Verifies a company, or all. Blocks for as long as reading all of it takes.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(long? companyId, VerificationReport report, CancellationToken cancellation)
    {
        if (store.File?.FindDamage(cancellation) is { } damage)
            report.Add(new(0, 0, $"the store's file is damaged: {damage}; restore it from a backup"));
        VerifyHours(companyId, report, cancellation);
        var agents = FindAgents(companyId, cancellation);
        report.Agents = agents.Count;
        foreach (var company in agents.GroupBy(agent => agent.CompanyId).OrderBy(company => company.Key))
        {
            VerifyAgents(company.Order().ToList(), report, cancellation);
            VerifySteps(company.Key, report, cancellation);
        }
    }

    /// <summary>Those that the store has, and those that memory has.</summary>
    private HashSet<AgentKey> FindAgents(long? companyId, CancellationToken cancellation)
    {
        var agents = timelines.Agents.Where(IsAsked).ToHashSet();
        foreach (var stored in store.ReadMemory(clock.NowMs()))
        {
            cancellation.ThrowIfCancellationRequested();
            if (IsAsked(stored.Agent)) agents.Add(stored.Agent);
        }

        return agents;

        bool IsAsked(AgentKey agent) => companyId is null || agent.CompanyId == companyId;
    }

    /// <summary>What is being recorded while it is read, or is not projected yet, looks wrong: what looks wrong is read
    /// again a little later.</summary>
    private void VerifyAgents(List<AgentKey> agents, VerificationReport report, CancellationToken cancellation)
    {
        var ids = new EventIds();
        var odd = new List<AgentKey>();
        foreach (var agent in agents)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_agents.FindFaults(agent, ids, report.CountEvents).Count > 0) odd.Add(agent);
            report.CountAgent();
        }

        if (ids.CountRepeated() is > 0 and var repeated)
            report.Add(new(agents[0].CompanyId, 0, $"{repeated} events have the id of another one"));
        for (var round = 1; odd.Count > 0 && round < ServerLimits.VerificationRounds; round++)
        {
            cancellation.WaitHandle.WaitOne(ServerLimits.VerificationPause);
            cancellation.ThrowIfCancellationRequested();
            odd.RemoveAll(agent => _agents.FindFaults(agent, null, null).Count == 0);
        }

        foreach (var agent in odd)
            foreach (var fault in _agents.FindFaults(agent, null, null))
                report.Add(new(agent.CompanyId, agent.AgentId, fault));
    }

    private void VerifyHours(long? companyId, VerificationReport report, CancellationToken cancellation)
    {
        var before = default(StoredHours);
        foreach (var version in store.ReadHours())
        {
            cancellation.ThrowIfCancellationRequested();
            if (companyId is { } asked && version.CompanyId != asked) continue;
            report.CountHoursVersion();
            if (before.CompanyId != version.CompanyId) before = default;
            if (FindFault(version, before) is { } fault) report.Add(new(version.CompanyId, 0, fault));
            before = version;
        }
    }

    /// <param name="before">The company's version before it; the default: there is none.</param>
    private string? FindFault(StoredHours version, StoredHours before)
    {
        var name = $"version {version.Number} of the business hours";
        var isFirstKept = before.Number == 0 && version.InForceFromMs <= cut.Ms;
        if (version.Number != before.Number + 1 && !isFirstKept)
            return $"{name} follows version {before.Number}: there is a gap";
        if (before.Number > 0 && version.InForceFromMs <= before.InForceFromMs)
            return $"{name} is not in force from later on than the one before it";
        if (version.Json == before.Json) return $"{name} says the same as the one before it";
        try
        {
            CompanyHours.Read(version);
            return null;
        }
        catch (StoreException failure)
        {
            return $"{name}: {failure.Message}";
        }
    }

    private void VerifySteps(long companyId, VerificationReport report, CancellationToken cancellation)
    {
        var query = StepQuery.AllOf(companyId);
        for (var after = new CallAt(long.MinValue, 0); ;)
        {
            cancellation.ThrowIfCancellationRequested();
            var found = store.CallSteps.Find(query, after, CallPortion);
            foreach (var call in found.Calls.Select(call => call.CallId).Distinct())
                VerifyCall(query, call, report);
            if (found.IsComplete || found.Calls.Count == 0) return;
            after = found.Calls[^1];
        }
    }

    private void VerifyCall(StepQuery query, long callId, VerificationReport report)
    {
        var steps = store.CallSteps.Read(query, [callId], int.MaxValue);
        report.CountCallSteps(steps.Count);
        foreach (var step in steps)
        {
            var expected = RingClassifier.Classify(step.Given.Status, step.Outcome);
            if (step.Given.Classification == expected && step.Given.Label == RingClassifier.Label(expected)) continue;
            report.Add(new(query.CompanyId, step.Ring.AgentId, string.Create(
                CultureInfo.InvariantCulture,
                $"a step of call {callId} says {step.Given.Classification} \"{step.Given.Label}\" where {step.Outcome} "
                + $"and {step.Given.Status} give {expected}")));
        }
    }
}
