using Grpc.Core;
using Grpc.Health.V1;

namespace AgentStatus.Server.StandardServices;

/// <summary>The standard health service over <see cref="ServingState"/>.</summary>
internal sealed class HealthService(ServingState state) : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        IsKnown(request)
            ? Task.FromResult(Say(state.Present))
            : throw new RpcException(new Status(StatusCode.NotFound, $"no service \"{request.Service}\" here"));

    public override Task<HealthListResponse> List(HealthListRequest request, ServerCallContext context)
    {
        var present = Say(state.Present);
        var response = new HealthListResponse();
        foreach (var service in ServingState.Services)
            response.Statuses.Add(service, present);
        return Task.FromResult(response);
    }

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responses, ServerCallContext context)
    {
        var known = IsKnown(request);
        ServingStatus? said = null;
        try
        {
            await foreach (var present in state.WatchAsync(context.CancellationToken))
            {
                // An unknown service stays unknown, but its stream too ends when the server stops.
                var status = known ? present : ServingStatus.ServiceUnknown;
                if (status == said)
                    continue;
                await responses.WriteAsync(Say(status));
                said = status;
            }
            context.Status = StoppingStatus.Value;
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            // The client has left: how a watch ends.
        }
    }

    private static bool IsKnown(HealthCheckRequest request) => ServingState.Services.Contains(request.Service);

    private static HealthCheckResponse Say(ServingStatus status) => new() { Status = status };
}
