namespace AgentStatus.Core.Hours;

/// <summary>One reason why business hours were refused.</summary>
/// <param name="CompanyId">Whose hours; 0 where the fault lies in the settings file itself.</param>
/// <param name="Field">Path of the field, such as <c>weekly.monday[1]</c>; empty for the whole value.</param>
/// <param name="Message">What is wrong with it, in words.</param>
public sealed record HoursFault(long CompanyId, string Field, string Message)
{
    /// <summary>Field and reason, without the company.</summary>
    public string Reason => Field.Length == 0 ? Message : $"{Field}: {Message}";

    /// <summary>One line for a log: <c>company 280197: weekly.monday[1]: ...</c></summary>
    public override string ToString()
    {
        var owner = CompanyId == 0 ? "settings" : $"company {CompanyId}";
        return $"{owner}: {Reason}";
    }
}

/// <summary>Collects the faults of one company (0: of the document), so that all are reported at once. Those of an
/// agent's entry have a list of their own within it.</summary>
internal sealed class FaultList
{
    private readonly long _companyId;
    private readonly FaultList _whole;
    private readonly List<FaultList> _parts = [];
    private readonly List<HoursFault> _own = [];
    private int _entries;

    public FaultList(long companyId) => (_companyId, _whole) = (companyId, this);

    private FaultList(FaultList whole) => (_companyId, _whole) = (whole._companyId, whole);

    /// <summary>The list's own, without those of its parts.</summary>
    public IReadOnlyList<HoursFault> Own => _own;

    /// <summary>All, up to <see cref="HoursLimits.MaxFaults"/>.</summary>
    public IReadOnlyList<HoursFault> All =>
        [.. _own.Concat(_parts.SelectMany(part => part._own)).Take(HoursLimits.MaxFaults)];

    /// <summary>The list that this is a part of, or itself.</summary>
    public FaultList Whole => _whole;

    /// <summary>The first interval that ends a minute or a second before midnight; null: none does.</summary>
    public string? EndBeforeMidnight { get; private set; }

    /// <summary>A list for faults that concern a part only.</summary>
    public FaultList CreatePart() => new(_whole);

    /// <summary>Counts entries of lists, of the whole; false if there are too many.</summary>
    public bool CountEntries(int more) => (_whole._entries += more) <= HoursLimits.MaxEntriesPerCompany;

    public void Add(string field, string message)
    {
        if (_own.Count == 0 && _whole != this) _whole._parts.Add(this);
        if (_own.Count < HoursLimits.MaxFaults) _own.Add(new HoursFault(_companyId, field, message));
    }

    public void NoteEndBeforeMidnight(string field) => _whole.EndBeforeMidnight ??= field;
}
