using System.Collections.Concurrent;
using System.Collections.Immutable;
using AgentStatus.Core.Hours;
using AgentStatus.Storage;

namespace AgentStatus.Server.CompanySettings;

/// <summary>
/// The hours versions of all companies, in memory: what the store holds. Reads take no lock, on any thread;
/// <see cref="Load"/> comes first, then the writer's thread alone adds.
/// </summary>
internal sealed class CompanyHours
{
    private readonly ConcurrentDictionary<long, Known> _companies = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many companies have a version.</summary>
    public int Count => _companies.Count;

    /// <summary>Ends when <see cref="Load"/> is done: before it, a missing version means nothing.</summary>
    public Task WhenLoaded => _loaded.Task;

    /// <summary>The company's versions; null if none is known.</summary>
    public HoursHistory? Find(long companyId) => _companies.GetValueOrDefault(companyId)?.History;

    /// <summary>Takes in all that the store holds, once, at start; also when it holds nothing.</summary>
    /// <exception cref="StoreException">A stored version cannot be read; old reports would change.</exception>
    public void Load(IEnumerable<StoredHours> stored)
    {
        foreach (var company in stored.GroupBy(version => version.CompanyId, Parse))
            _companies[company.Key] = Known.Of([.. company]);
        _loaded.SetResult();
    }

    /// <summary>Publishes a version that is durable, and returns the new history. The writer's thread only.</summary>
    public HoursHistory Add(HoursVersion version)
    {
        var known = Known.Of([.. _companies.GetValueOrDefault(version.CompanyId)?.Versions ?? [], version]);
        _companies[version.CompanyId] = known;
        return known.History;
    }

    private static HoursVersion Parse(StoredHours stored)
    {
        if (BusinessHours.TryParse(stored.CompanyId, stored.Json, out var hours, out var faults))
            return new HoursVersion(stored.CompanyId, stored.InForceFromMs, hours);
        throw new StoreException(
            $"The stored hours version in force from {stored.InForceFromMs} ms cannot be read: {faults[0]}");
    }

    private sealed record Known(ImmutableArray<HoursVersion> Versions, HoursHistory History)
    {
        public static Known Of(ImmutableArray<HoursVersion> versions) => new(versions, new HoursHistory(versions));
    }
}
