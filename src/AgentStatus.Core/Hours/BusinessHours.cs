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
    private readonly SortedDictionary<long, HoursFault> _faults;
    private readonly Schedule _schedule;

    /// <param name="company">A calendar in which every key has a value.</param>
    /// <param name="overrides">By agent, the keys that replace the company's: at least one each.</param>
    /// <param name="faults">By agent, why its entry is not understood; none of them has overrides.</param>
    internal BusinessHours(
        Calendar company, SortedDictionary<long, Calendar> overrides, SortedDictionary<long, HoursFault> faults)
    {
        (_company, _overrides, _faults) = (company, overrides, faults);
        _schedule = new Schedule(company);
    }

    /// <summary>What <c>null</c>, no entry and HTTP 404 mean: always open, UTC.</summary>
    public static BusinessHours AlwaysOpen { get; } = new(Calendar.AlwaysOpen, [], []);

    /// <summary>The company's zone; an agent may have one of its own.</summary>
    public DateTimeZone Zone => _company.Zone!;

    /// <summary>Whether any agent's entry has a fault.</summary>
    public bool HasFaults => _faults.Count > 0;

    /// <summary>The first interval that ends at 23:59 or 23:59:59, where 24:00 may be meant; null: none does. Not part
    /// of the content: a note for whoever reads the text.</summary>
    public string? EndBeforeMidnight { get; private init; }

    /// <summary>The agent's schedule; one instance for all agents who have no entry of their own. Always open where the
    /// entry has a fault.</summary>
    public Schedule For(long agentId) =>
        _overrides.TryGetValue(agentId, out var own) ? new Schedule(own.OrElse(_company))
        : _faults.ContainsKey(agentId) ? AlwaysOpen._schedule
        : _schedule;

    /// <summary>Whether the agent has an entry of its own, understood or not.</summary>
    public bool HasOwn(long agentId) => _overrides.ContainsKey(agentId) || _faults.ContainsKey(agentId);

    /// <summary>Why the agent's entry is not understood; null: it is, or there is none.</summary>
    public HoursFault? FaultOf(long agentId) => _faults.GetValueOrDefault(agentId);

    /// <summary>Canonical JSON, which <see cref="TryParse"/> reads back: two contents are equal exactly if their texts
    /// are, whatever the order of keys, dates and intervals was. <c>null</c> for content that says nothing but
    /// UTC.</summary>
    public string ToJson() => HoursWriter.Write(_company, _overrides, _faults);

    /// <summary>Reads one company's hours, as the settings service answers them: an object or null. A fault in an
    /// agent's entry refuses that entry, and no more; any other the whole text.</summary>
    /// <param name="companyId">Named by the faults.</param>
    /// <param name="json">The text; any text is safe.</param>
    /// <param name="hours">The hours, unless they are refused.</param>
    /// <param name="faults">All faults, up to <see cref="HoursLimits.MaxFaults"/>; where there are hours, those of
    /// agents' entries.</param>
    public static bool TryParse(
        long companyId,
        string json,
        [NotNullWhen(true)] out BusinessHours? hours,
        out IReadOnlyList<HoursFault> faults)
    {
        var found = new FaultList(companyId);
        using var document = JsonField.ParseDocument(json, found);
        hours = document is null ? null : Read(new JsonField(document.RootElement, "", found), found);
        faults = found.All;
        return hours is not null;
    }

    /// <summary>Null where the list has faults of its own then.</summary>
    internal static BusinessHours? Read(JsonField root, FaultList faults)
    {
        if (root.IsNull) return AlwaysOpen;
        var (company, overrides, refused) = HoursReader.Read(root);
        return faults.Own.Count > 0
            ? null
            : new(company, overrides, refused) { EndBeforeMidnight = faults.EndBeforeMidnight };
    }
}
