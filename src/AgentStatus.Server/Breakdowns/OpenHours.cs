using AgentStatus.Core;
using AgentStatus.Core.Hours;

namespace AgentStatus.Server.Breakdowns;

/// <summary>
/// Business hours in a breakdown's window: worked out once for all agents without hours of their own. Any thread: two
/// at once work out the same.
/// </summary>
internal sealed class OpenHours(HoursHistory hours, BreakdownQuery query)
{
    private Interval[]? _company;

    public ReadOnlySpan<Interval> Of(long agentId)
    {
        if (hours.HasOwn(agentId)) return Open(agentId);
        return _company ??= Open(agentId);
    }

    private Interval[] Open(long agentId) => [.. hours.Open(agentId, query.FromMs, query.ToMs, query.Basis)];
}
