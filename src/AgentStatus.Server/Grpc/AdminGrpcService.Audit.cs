using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <content>ListAuditLog.</content>
internal sealed partial class AdminGrpcService
{
    /// <summary>Entries of one instant that pages may have before them.</summary>
    private const int MostSkipped = 1_000_000;

    public override async Task<ListAuditLogResponse> ListAuditLog(
        ListAuditLogRequest request, ServerCallContext context)
    {
        var (query, skipped) = ParseListAuditLog(request);
        var most = request.PageSize is 0 or > ServerLimits.AuditEntriesOfPage
            ? ServerLimits.AuditEntriesOfPage
            : request.PageSize;
        var read = await statuses.ReadAsync(
            () => store.Audit.Read(query, skipped + most + 1), context.CancellationToken);
        var page = read.Skip(skipped).Take(most).ToList();
        var response = new ListAuditLogResponse { Entries = { page.Select(Message) } };
        if (read.Count <= skipped + most) return response;
        var lastMs = page[^1].AtMs;
        var ofInstant = page.Count(entry => entry.AtMs == lastMs) + (lastMs == query.FromMs ? skipped : 0);
        response.NextPageToken = BoundNumbers.Write(lastMs, ofInstant, Bound(request));
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

    private static (AuditQuery Query, int Skipped) ParseListAuditLog(ListAuditLogRequest request)
    {
        var faults = default(RequestFaults);
        faults.CheckOptionalId("company_id", request.CompanyId);
        var fromMs = request.StartTime is null ? null : faults.CheckInstant("start_time", request.StartTime);
        var toMs = request.EndTime is null ? null : faults.CheckInstant("end_time", request.EndTime);
        if (toMs <= fromMs) faults.Add("end_time", "must be after start_time, by a millisecond at least");
        if (request.PageSize < 0) faults.Add("page_size", $"must be 0 or more, not {request.PageSize}");
        var token = BoundNumbers.Read(request.PageToken, Bound(request));
        if (token is { Second: < 0 or > MostSkipped }) token = null;
        if (token is null && request.PageToken.Length > 0)
            faults.Add("page_token", "is not one of ours, or belongs to a request with other fields");
        faults.ThrowIfAny();
        var query = new AuditQuery(
            request.CompanyId, token?.First ?? fromMs ?? Limits.FirstInstantMs, toMs ?? Limits.LastInstantMs + 1);
        return (query, (int)(token?.Second ?? 0));
    }

    private static ListAuditLogRequest Bound(ListAuditLogRequest request) =>
        new(request) { PageToken = "", PageSize = 0 };
}
