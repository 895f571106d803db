namespace AgentStatus.Core.Hours;

/// <summary>One reason why business hours were refused.</summary>
/// <param name="CompanyId">Whose hours; 0 where the fault lies in the settings file itself.</param>
/// <param name="Field">Path of the field, such as <c>weekly.monday[1]</c>; empty for the whole value.</param>
/// <param name="Message">What is wrong with it, in words.</param>
public sealed record HoursFault(long CompanyId, string Field, string Message)
{
    /// <summary>One line for a log: <c>company 280197: weekly.monday[1]: ...</c></summary>
    public override string ToString()
    {
        var owner = CompanyId == 0 ? "settings" : $"company {CompanyId}";
        return Field.Length == 0 ? $"{owner}: {Message}" : $"{owner}: {Field}: {Message}";
    }
}

/// <summary>Collects the faults of one company (0: of the document), so that all are reported at once.</summary>
internal sealed class FaultList(long companyId)
{
    private readonly List<HoursFault> _faults = [];
    private int _entries;

    public IReadOnlyList<HoursFault> Faults => _faults;

    /// <summary>Counts entries of lists; false if there are too many.</summary>
    public bool CountEntries(int more) => (_entries += more) <= HoursLimits.MaxEntriesPerCompany;

    public void Add(string field, string message)
    {
        if (_faults.Count < HoursLimits.MaxFaults) _faults.Add(new HoursFault(companyId, field, message));
    }
}
