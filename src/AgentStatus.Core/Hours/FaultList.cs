namespace AgentStatus.Core.Hours;

/// <summary>Collects the faults of one company (0: of the document), so that all are reported at once.</summary>
internal sealed class FaultList(long companyId)
{
    private readonly List<HoursFault> _faults = [];

    public bool IsEmpty => _faults.Count == 0;

    public IReadOnlyList<HoursFault> Faults => _faults;

    public void Add(string field, string message)
    {
        if (_faults.Count < HoursLimits.MaxFaults)
            _faults.Add(new HoursFault(companyId, field, message));
    }
}
