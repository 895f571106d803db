using System.Diagnostics.CodeAnalysis;

namespace AgentStatus.Core.Hours;

/// <summary>The settings file: <c>{"companies": {"280197": {...}, "168807": null}}</c>. A company's fault refuses its
/// entry and no other; a fault of the document's own shape refuses all. Immutable, safe on any thread.</summary>
public sealed class SettingsDocument
{
    private readonly FaultList _shapeFaults = new(0);
    private readonly FaultList _keyFaults = new(0);
    private readonly SortedDictionary<long, (BusinessHours? Hours, FaultList Faults)> _companies = [];

    private SettingsDocument(string json)
    {
        using var document = JsonField.ParseDocument(json, _shapeFaults);
        if (document is null) return;
        var root = new JsonField(document.RootElement, "", _shapeFaults);
        if (root.Members("companies").TryGetValue("companies", out var companies))
            ReadCompanies(companies);
        else if (_shapeFaults.All.Count == 0)
            root.Refuse("has no \"companies\"");
    }

    /// <summary>The ids of the companies that have an entry, good or refused, in order.</summary>
    public IReadOnlyCollection<long> CompanyIds => _companies.Keys;

    /// <summary>All faults. Those with company 0 are the document's own, keys of <c>companies</c> that are no id among
    /// them.</summary>
    public IReadOnlyList<HoursFault> Faults =>
    [
        .. _shapeFaults.All,
        .. _keyFaults.All,
        .. _companies.Values.SelectMany(company => company.Faults.All),
    ];

    /// <summary>Reads a settings file. Any text is safe: what is wrong with it is in <see cref="Faults"/>.</summary>
    public static SettingsDocument Parse(string json) => new(json);

    /// <summary>The company's hours: always open where it has no entry. False, with the reasons, where its entry or the
    /// whole document was refused; then the last good version stays in force. Where there are hours, the faults are
    /// those of agents' entries.</summary>
    public bool TryGetHours(
        long companyId,
        [NotNullWhen(true)] out BusinessHours? hours,
        out IReadOnlyList<HoursFault> faults)
    {
        var isShapeRefused = _shapeFaults.All.Count > 0;
        if (!_companies.TryGetValue(companyId, out var entry)) entry = (BusinessHours.AlwaysOpen, new(companyId));
        faults = isShapeRefused ? _shapeFaults.All : entry.Faults.All;
        hours = isShapeRefused || entry.Faults.Own.Count > 0 ? null : entry.Hours;
        return hours is not null;
    }

    private void ReadCompanies(JsonField companies)
    {
        foreach (var (name, field) in companies.AllMembers())
        {
            if (!HoursReader.TryParseId(name, out var id))
            {
                _keyFaults.Add(field.Path, HoursReader.IdForm);
                continue;
            }

            var faults = new FaultList(id);
            var hours = BusinessHours.Read(field.RootOf(faults), faults);
            if (!_companies.TryAdd(id, (hours, faults))) _companies[id].Faults.Add("", "is given twice");
        }
    }
}
