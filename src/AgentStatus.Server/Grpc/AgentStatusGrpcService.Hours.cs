using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <content>GetCompanyHours.</content>
internal sealed partial class AgentStatusGrpcService
{
    public async Task<GetCompanyHoursResponse> GetCompanyHours(
        GetCompanyHoursRequest request, ServerCallContext context)
    {
        var nowMs = NowWhenWarmMs();
        var refused = default(RequestFaults);
        refused.CheckId("company_id", request.CompanyId);
        var atMs = refused.CheckPastInstant("at", request.At, nowMs) ?? nowMs;
        refused.ThrowIfAny();
        RequireKept("at", atMs);

        var (hours, faults) = await settings.FindWithFaultsAsync(request.CompanyId, context.CancellationToken);
        if (hours is null && settings.RefusalOf(request.CompanyId) is null)
            throw Refusals.HoursNotKnown(request.CompanyId);

        // A version can have 14 MB, as few breakdowns have.
        var limitReading = await gate.EnterAsync(context);
        limitReading();
        var version = hours?.InForceAt(atMs);
        var named = (faults ?? []).Select(fault => new FieldFault { Field = fault.Field, Description = fault.Message });
        return new()
        {
            HoursJson = version?.Hours.ToJson() ?? "",
            InForceSince = version is null ? null : WireTime.Timestamp(version.InForceFromMs),
            Faults = { named },
        };
    }
}
