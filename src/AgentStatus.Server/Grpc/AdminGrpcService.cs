using AgentStatus.Server.Erasing;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Projections;
using AgentStatus.Server.Verification;
using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <summary>What operators do; the contract is in protos/agentstatus/v1.</summary>
internal sealed partial class AdminGrpcService(
    OfflinePeriodProjection offlinePeriods,
    TimelineIndex timelines,
    StatusLookup statuses,
    IStatusStore store,
    StoreVerification verification,
    Erasures erasures,
    IHostApplicationLifetime lifetime,
    TimeProvider clock)
    : AdminService.AdminServiceBase
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);

    public override async Task RebuildOfflinePeriods(
        RebuildOfflinePeriodsRequest request,
        IServerStreamWriter<RebuildOfflinePeriodsResponse> responses,
        ServerCallContext context)
    {
        if (!timelines.IsWarm) throw Refusals.NotWarm();
        var faults = default(RequestFaults);
        faults.CheckOptionalId("company_id", request.CompanyId);
        faults.ThrowIfAny();
        var rebuild = offlinePeriods.Rebuild(request.CompanyId == 0 ? null : request.CompanyId);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        do
        {
            await Task.WhenAny(rebuild.Done, Task.Delay(ProgressInterval, clock, ended.Token));
            if (ended.IsCancellationRequested) throw Refusals.Stopping();
            await responses.WriteAsync(new() { Agents = rebuild.Agents, AgentsWritten = rebuild.Written });
        }
        while (!rebuild.Done.IsCompleted);

        await rebuild.Done;
    }
}
