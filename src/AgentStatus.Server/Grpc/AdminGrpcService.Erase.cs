using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <content>EraseAgent and EraseCompany.</content>
internal sealed partial class AdminGrpcService
{
    public override async Task<EraseAgentResponse> EraseAgent(EraseAgentRequest request, ServerCallContext context)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        faults.CheckId("agent_id", request.AgentId);
        faults.ThrowIfAny();
        return new() { Erased = await EraseAsync(new(request.CompanyId, request.AgentId), context) };
    }

    public override async Task<EraseCompanyResponse> EraseCompany(
        EraseCompanyRequest request, ServerCallContext context)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        faults.ThrowIfAny();
        return new() { Erased = await EraseAsync(new(request.CompanyId, AgentId: 0), context) };
    }

    private async Task<V1.ErasedCounts> EraseAsync(Storage.Erasure erasure, ServerCallContext context)
    {
        if (!timelines.IsWarm) throw Refusals.NotWarm();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            var erased = await erasures.EraseAsync(erasure, ended.Token) ?? throw Refusals.TooManyErasures();
            return new()
            {
                Events = erased.Events,
                Retractions = erased.Retractions,
                CallSteps = erased.CallSteps,
                OfflinePeriods = erased.OfflinePeriods,
                HoursVersions = erased.HoursVersions,
            };
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw Refusals.Stopping();
        }
    }
}
