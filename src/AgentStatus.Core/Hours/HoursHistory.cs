namespace AgentStatus.Core.Hours;

/// <summary>All hours versions of one company. The first also applies to all time before it. Immutable.</summary>
public sealed class HoursHistory
{
    private readonly HoursVersion[] _versions;
    private readonly bool _hasFaults;

    /// <param name="versions">At least one, in any order, all of one company. Of two that are in force from the same
    /// instant, the one that comes later in the list counts.</param>
    /// <exception cref="ArgumentException">No version, or versions of several companies.</exception>
    public HoursHistory(IReadOnlyList<HoursVersion> versions)
    {
        if (versions.Count == 0) throw new ArgumentException("A history has at least one version.", nameof(versions));
        if (versions.Any(version => version.CompanyId != versions[0].CompanyId))
            throw new ArgumentException("A history is one company's.", nameof(versions));
        _versions = [.. versions.OrderBy(version => version.InForceFromMs)];
        _hasFaults = Array.Exists(_versions, version => version.Hours.HasFaults);
    }

    /// <summary>The version that is in force last.</summary>
    public HoursVersion Latest => _versions[^1];

    /// <summary>The versions that were known at an instant; the first one in any case, which applies to all time before
    /// it.</summary>
    public HoursHistory KnownAt(long instantMs) =>
        new([_versions[0], .. _versions.Skip(1).Where(version => version.InForceFromMs < instantMs)]);

    /// <summary>The version in force at the instant; the first one for any instant before it.</summary>
    public HoursVersion InForceAt(long instantMs) =>
        Array.FindLast(_versions, version => version.InForceFromMs <= instantMs) ?? _versions[0];

    /// <summary>Whether the agent has an entry of its own in any version, and not just the company's hours.</summary>
    public bool HasOwn(long agentId) => Array.Exists(_versions, version => version.Hours.HasOwn(agentId));

    /// <summary>Why the agent's hours in the window [from, to) are not known, as field and reason: the fault of its
    /// entry in a version that is in force anywhere in it, the latest if there are several. Null: they are
    /// known.</summary>
    public string? FaultOf(long agentId, long fromMs, long toMs, HoursBasis basis)
    {
        if (!_hasFaults) return null;
        if (basis == HoursBasis.AsNow) return Latest.Hours.FaultOf(agentId)?.Reason;
        for (var i = _versions.Length - 1; i >= 0; i--)
        {
            var isLater = i > 0 && _versions[i].InForceFromMs >= Math.Max(toMs, fromMs + 1);
            if (!isLater && _versions[i].Hours.FaultOf(agentId) is { } fault) return fault.Reason;
            if (_versions[i].InForceFromMs <= fromMs) return null;
        }

        return null;
    }

    /// <summary>The agent's open intervals within [from, to), clipped to it: in order, and neither overlapping nor
    /// touching. Each is found when it is asked for. All of it where <see cref="FaultOf"/> finds a fault.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An instant outside the years 0001 to 9999.</exception>
    public IEnumerable<Interval> Open(long agentId, long fromMs, long toMs, HoursBasis basis)
    {
        if (FaultOf(agentId, fromMs, toMs, basis) is not null)
            return BusinessHours.AlwaysOpen.For(agentId).Open(fromMs, toMs);
        if (basis == HoursBasis.AsNow) return Latest.Hours.For(agentId).Open(fromMs, toMs);
        return Schedule.Join(_versions.SelectMany((version, i) =>
        {
            var startMs = i == 0 ? fromMs : Math.Max(version.InForceFromMs, fromMs);
            var endMs = i == _versions.Length - 1 ? toMs : Math.Min(_versions[i + 1].InForceFromMs, toMs);
            return startMs < endMs ? version.Hours.For(agentId).Parts(startMs, endMs) : [];
        }));
    }
}

/// <summary>An immutable copy of a company's business hours, in force until the next version.</summary>
/// <param name="InForceFromMs">Since when: milliseconds since the Unix epoch, UTC.</param>
public sealed record HoursVersion(long CompanyId, long InForceFromMs, BusinessHours Hours);

/// <summary>Which hours versions judge the past.</summary>
public enum HoursBasis
{
    /// <summary>Each version over the time in which it was in force.</summary>
    AsRecorded,

    /// <summary>The latest version over all time.</summary>
    AsNow,
}
