using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <content>ListAuditLog.</content>
internal sealed partial class AdminGrpcService
{
    public override async Task<ListAuditLogResponse> ListAuditLog(
        ListAuditLogRequest request, ServerCallContext context)
    {
        var (query, most) = ParseListAuditLog(request);
        var read = await statuses.ReadAsync(() => store.Audit.Read(query, most + 1), context.CancellationToken);
        var response = new ListAuditLogResponse { Entries = { read.Take(most).Select(Message) } };
        if (read.Count <= most) return response;
        var last = read[most - 1];
        response.NextPageToken = BoundPosition.Write(last.AtMs, 0, Bound(request), last.Id);
        return response;
    }

    private static V1.AuditEntry Message(Storage.AuditEntry entry) => new()
    {
        RecordedAt = WireTime.Timestamp(entry.AtMs),
        Identity = entry.Identity,
        Address = entry.Address,
        Rpc = entry.Rpc,
        CompanyId = entry.CompanyId,
        AgentId = entry.AgentId,
        EventId = entry.EventId,
        Outcome = entry.Outcome,
    };

    private static (AuditQuery Query, int Most) ParseListAuditLog(ListAuditLogRequest request)
    {
        var faults = default(RequestFaults);
        faults.CheckOptionalId("company_id", request.CompanyId);
        var fromMs = faults.CheckOptionalInstant("start_time", request.StartTime);
        var toMs = faults.CheckOptionalInstant("end_time", request.EndTime);
        faults.CheckOrder(fromMs, toMs);
        var most = faults.CheckPageSize(request.PageSize, ServerLimits.AuditEntriesOfPage);
        var query = new AuditQuery(
            request.CompanyId, fromMs ?? Limits.FirstInstantMs, toMs ?? Limits.LastInstantMs + 1);
        if (request.PageToken.Length > 0)
        {
            if (BoundPosition.Read(request.PageToken, Bound(request)) is not (var lastMs, 0, { Length: > 0 } id)
                || lastMs < query.FromMs || lastMs >= query.ToMs)
                faults.RefusePageToken();
            else query = query with { FromMs = lastMs, AfterId = id };
        }

        faults.ThrowIfAny();
        return (query, most);
    }

    private static ListAuditLogRequest Bound(ListAuditLogRequest request) =>
        new(request) { PageToken = "", PageSize = 0 };
}
