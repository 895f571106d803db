using AgentStatus.V1;
using Grpc.HealthCheck;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace AgentStatus.Server.Grpc;

/// <summary>Whether this server serves, as health says it: not until told so, and never again from the moment it stops.
/// The server as a whole ("") and its one service always agree. Any thread.</summary>
internal sealed class ServingState : IHealthCheck
{
    /// <summary>The service that health knows beside the server as a whole.</summary>
    public static readonly string Service = AgentStatusService.Descriptor.FullName;

    private readonly Lock _gate = new();
    private readonly HealthServiceImpl _health;
    private readonly CancellationToken _stopping;
    private bool _serves;

    public ServingState(HealthServiceImpl health, IHostApplicationLifetime lifetime)
    {
        (_health, _stopping) = (health, lifetime.ApplicationStopping);
        Change(serves: false);
        _stopping.Register(() => Change(serves: false));
    }

    /// <summary>The server serves from now on, until it stops. Whoever watches is told at once.</summary>
    public void Serve() => Change(serves: true);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Volatile.Read(ref _serves) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());

    private void Change(bool serves)
    {
        lock (_gate)
        {
            serves &= !_stopping.IsCancellationRequested;
            Volatile.Write(ref _serves, serves);
            var status = serves ? ServingStatus.Serving : ServingStatus.NotServing;
            _health.SetStatus("", status);
            _health.SetStatus(Service, status);
        }
    }
}
