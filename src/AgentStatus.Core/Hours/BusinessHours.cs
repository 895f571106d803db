using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace AgentStatus.Core.Hours;

/// <summary>One company's business hours: a zone, a week, holidays, exceptions and breaks, and agents with keys of
/// their own. A holiday has no hours, an exception replaces a date's hours and beats a holiday: both concern the
/// intervals that start on that date. A break is cut out of whatever is open on its date. Immutable, safe on any
/// thread.</summary>
public sealed class BusinessHours
{
    private readonly Calendar _company;
    private readonly SortedDictionary<long, Calendar> _overrides;
    private readonly Schedule _schedule;

    /// <param name="zone">The zone of the company and of all its agents.</param>
    /// <param name="company">A calendar in which every key has a value.</param>
    /// <param name="overrides">By agent, the keys that replace the company's: at least one each.</param>
    internal BusinessHours(DateTimeZone zone, Calendar company, SortedDictionary<long, Calendar> overrides)
    {
        (Zone, _company, _overrides) = (zone, company, overrides);
        _schedule = new Schedule(zone, company);
    }

    /// <summary>What <c>null</c>, no entry and HTTP 404 mean: always open, UTC.</summary>
    public static BusinessHours AlwaysOpen { get; } = new(DateTimeZone.Utc, Calendar.AlwaysOpen, []);

    /// <summary>The zone in which all local dates and times are meant.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>The agent's schedule; one instance for all agents who have no entry of their own.</summary>
    public Schedule For(long agentId) =>
        _overrides.TryGetValue(agentId, out var own) ? new Schedule(Zone, own.OrElse(_company)) : _schedule;

    /// <summary>Whether the agent has keys of its own.</summary>
    public bool HasOwn(long agentId) => _overrides.ContainsKey(agentId);

    /// <summary>Canonical JSON, which <see cref="TryParse"/> reads back: two contents are equal exactly if their texts
    /// are, whatever the order of keys, dates and intervals was. <c>null</c> for content that says nothing but
    /// UTC.</summary>
    public string ToJson() => HoursWriter.Write(Zone, _company, _overrides);

    /// <summary>Reads one company's hours, as the settings service answers them: an object or null.</summary>
    /// <param name="companyId">Named by the faults.</param>
    /// <param name="json">The text; any text is safe.</param>
    /// <param name="hours">The hours, if there is no fault.</param>
    /// <param name="faults">All reasons to refuse the text, up to <see cref="HoursLimits.MaxFaults"/>.</param>
    public static bool TryParse(
        long companyId,
        string json,
        [NotNullWhen(true)] out BusinessHours? hours,
        out IReadOnlyList<HoursFault> faults)
    {
        var found = new FaultList(companyId);
        using var document = JsonField.ParseDocument(json, found);
        hours = document is null ? null : HoursReader.Read(new JsonField(document.RootElement, "", found));
        faults = found.Faults;
        if (faults.Count > 0) hours = null;
        return hours is not null;
    }
}
