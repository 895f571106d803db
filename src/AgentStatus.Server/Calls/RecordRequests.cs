using AgentStatus.Core;
using AgentStatus.Server.Recording;
using AgentStatus.V1;

namespace AgentStatus.Server.Calls;

/// <summary>RecordStatusRequest: checked and turned into a command.</summary>
internal static class RecordRequests
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, with all faults.</exception>
    public static RecordCommand Parse(RecordStatusRequest request, long nowMs)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        faults.CheckId("agent_id", request.AgentId);
        var isStatus = faults.CheckEnum("status", (int)request.Status, 1, (int)Status.Offline);
        var isOrigin = faults.CheckEnum("origin", (int)request.Origin, 1, (int)Origin.Call);
        var (status, origin) = ((Status)request.Status, (Origin)request.Origin);
        if (isStatus && isOrigin && !StatusRules.MayCarry(origin, status))
            faults.Add("status", $"{Name(status)} may not come from origin {Name(origin)}");
        var occurredAtMs = faults.CheckPastInstant("occurred_at", request.OccurredAt, nowMs);
        if (request.EventId.Length > Limits.EventIdCharacters)
            faults.Add("event_id", $"has {request.EventId.Length} characters; EventIdCharacters is {Limits.EventIdCharacters}");
        else if (request.EventId.AsSpan().ContainsAnyExceptInRange('\x20', '\x7E'))
            faults.Add("event_id", "may hold printable ASCII characters only (0x20 to 0x7E)");
        faults.ThrowIfAny();
        return new RecordCommand(
            new AgentKey(request.CompanyId, request.AgentId), status, origin, occurredAtMs, request.EventId);
    }

    private static string Name(Status status) => status switch
    {
        Status.OnCall => "ON_CALL",
        Status.WrapUp => "WRAP_UP",
        _ => status.ToString().ToUpperInvariant(),
    };

    private static string Name(Origin origin) => origin.ToString().ToUpperInvariant();
}
