using System.Net;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Watching;
using AgentStatus.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace AgentStatus.Server.Grpc;

/// <content>WatchStatuses. Enums have the contract's numbers.</content>
internal sealed partial class AgentStatusGrpcService
{
    public async Task WatchStatuses(
        WatchStatusesRequest request, IServerStreamWriter<WatchStatusesResponse> responses, ServerCallContext context)
    {
        NowWhenWarmMs();
        CheckWatch(request);
        var http = context.GetHttpContext();

        // Where HTTP lets us: who does not read is given the watch's own time.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        using var watcher = watch.TryOpen(
            request.CompanyId,
            request.AgentIds,
            http.Connection.RemoteIpAddress ?? IPAddress.None,
            () => BreakdownGate.Cut(http),
            out var refused) ?? throw Refusals.NotWatched(refused);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            while (true) await responses.WriteAsync(WatchAnswers.Of(await watcher.NextAsync(end.Token)));
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            throw Refusals.Stopping();
        }
    }

    private static void CheckWatch(WatchStatusesRequest request)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        faults.CheckIds(
            "agent_ids", request.AgentIds, ServerLimits.WatchedAgents, nameof(ServerLimits.WatchedAgents));
        faults.ThrowIfAny();
    }
}
