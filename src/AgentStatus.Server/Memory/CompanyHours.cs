using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace AgentStatus.Server.Memory;

/// <summary>The hours versions of all companies, in memory: what the store holds. Reads take no lock, on any thread;
/// <see cref="Load"/> comes first, then the writer's thread alone adds.</summary>
internal sealed class CompanyHours
{
    private readonly ConcurrentDictionary<long, Known> _companies = new(IdComparer.Instance);
    private long _cutMs = RetentionCut.None;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A company has a further version. On the writer's thread: a handler notes it and returns.</summary>
    public event Action<long>? Added;

    /// <summary>How many companies have a version.</summary>
    public int Count => _companies.Count;

    /// <summary>Ends when <see cref="Load"/> is done: before it, a missing version means nothing.</summary>
    public Task WhenLoaded => _loaded.Task;

    /// <summary>The company's versions; null if none is known.</summary>
    public HoursHistory? Find(long companyId) => _companies.GetValueOrDefault(companyId)?.History;

    /// <summary>Takes in all that the store holds, at start; also when it holds nothing.</summary>
    /// <exception cref="StoreException">A stored version cannot be read; old reports would change.</exception>
    public void Load(IEnumerable<StoredHours> stored)
    {
        foreach (var company in stored.GroupBy(version => version.CompanyId, IdComparer.Instance))
        {
            _companies[company.Key] = Known.Of(
                company.ToImmutableSortedDictionary(version => version.Number, version => Read(version).Version));
        }

        _loaded.TrySetResult();
    }

    /// <summary>Publishes a version that is durable, and returns the new history; the same history if its number is
    /// known. The writer's thread only.</summary>
    public HoursHistory Add(NumberedHours added)
    {
        var (number, version) = added;
        var known = _companies.GetValueOrDefault(version.CompanyId);
        if (known?.Versions.ContainsKey(number) == true || known?.HasForgotten(number, _cutMs) == true)
            return known.History;
        var versions = known?.Versions ?? ImmutableSortedDictionary<int, HoursVersion>.Empty;
        known = _companies[version.CompanyId] = Known.Of(versions.Add(number, version));
        Added?.Invoke(version.CompanyId);
        return known.History;
    }

    /// <summary>Forgets the versions that were in force no more at an instant: nobody asks about earlier ones. The
    /// writer's thread only, or before it begins.</summary>
    public void ForgetBefore(long cutMs)
    {
        _cutMs = cutMs;
        foreach (var (companyId, known) in _companies)
            if (known.Without(cutMs) is { } shorter) _companies[companyId] = shorter;
    }

    /// <summary>Forgets the company's versions, which are not stored any more. The writer's thread only.</summary>
    public void ForgetCompany(long companyId) => _companies.TryRemove(companyId, out _);

    /// <summary>The number of the company's next version.</summary>
    public int NextNumber(long companyId) => _companies.GetValueOrDefault(companyId)?.Versions.Keys.Last() + 1 ?? 1;

    /// <summary>Reads a stored version, which can take long: it may hold 16 MB. Any thread.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static NumberedHours Read(StoredHours stored)
    {
        if (BusinessHours.TryParse(stored.CompanyId, stored.Json, out var hours, out var faults))
            return new(stored.Number, new(stored.CompanyId, stored.InForceFromMs, hours));
        throw new StoreException($"The stored hours version {stored.Number} cannot be read: {faults[0]}");
    }

    private sealed record Known(ImmutableSortedDictionary<int, HoursVersion> Versions, HoursHistory History)
    {
        public static Known Of(ImmutableSortedDictionary<int, HoursVersion> versions) =>
            new(versions, new HoursHistory([.. versions.Values]));

        /// <summary>Null: there is nothing to forget.</summary>
        public Known? Without(long cutMs)
        {
            var inForce = Versions.LastOrDefault(one => one.Value.InForceFromMs <= cutMs).Key;
            var older = Versions.Keys.Where(number => number < inForce).ToList();
            return older.Count == 0 ? null : Of(Versions.RemoveRange(older));
        }

        public bool HasForgotten(int number, long cutMs) =>
            Versions.First() is var (first, version) && number < first && version.InForceFromMs <= cutMs;
    }
}

/// <summary>An hours version, and which of its company's it is.</summary>
internal readonly record struct NumberedHours(int Number, HoursVersion Version);
