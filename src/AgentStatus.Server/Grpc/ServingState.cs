using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Grpc.HealthCheck;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace AgentStatus.Server.Grpc;

/// <summary>Whether this server serves, as health says it: not until told so, and never again from the moment it stops.
/// The server as a whole ("") and its one service always agree; whether events are recorded is a service of its own, so
/// that reads go on here while writes go elsewhere. Any thread.</summary>
internal sealed class ServingState : IHealthCheck
{
    /// <summary>The service that health knows beside the server as a whole.</summary>
    public static readonly string Service = AgentStatusService.Descriptor.FullName;

    /// <summary>The service that serves while events are recorded.</summary>
    public static readonly string Recording = $"{Service}/RecordStatus";

    private readonly Lock _gate = new();
    private readonly HealthServiceImpl _health;
    private readonly CancellationToken _stopping;
    private readonly ITimer _retry;
    private bool _serves;
    private bool _records;

    public ServingState(HealthServiceImpl health, IHostApplicationLifetime lifetime, TimeProvider clock)
    {
        (_health, _stopping) = (health, lifetime.ApplicationStopping);
        _retry = clock.CreateTimer(_ => Record(true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Change();
        _stopping.Register(() => Change());
    }

    public bool Serves
    {
        get
        {
            lock (_gate) return _serves;
        }
    }

    /// <summary>Whether events are recorded.</summary>
    public bool Records => Volatile.Read(ref _records);

    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>The server serves from now on, until it stops. Whoever watches is told at once.</summary>
    public void Serve() => Change(serves: true);

    /// <summary>Events are recorded, or not. Who asks health sends none then, and nobody would find out that they
    /// are recorded again: it says so after <see cref="ServerLimits.RecordingRetry"/>, until the next one
    /// fails.</summary>
    public void Record(bool records)
    {
        _retry.Change(records ? Timeout.InfiniteTimeSpan : ServerLimits.RecordingRetry, Timeout.InfiniteTimeSpan);
        Change(records: records);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var isWell = Volatile.Read(ref context.Registration?.Name == Recording ? ref _records : ref _serves);
        return Task.FromResult(isWell ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }

    /// <param name="serves">Null: as before.</param>
    /// <param name="records">Null: as before.</param>
    private void Change(bool? serves = null, bool? records = null)
    {
        lock (_gate)
        {
            var isStopping = _stopping.IsCancellationRequested;
            Volatile.Write(ref _serves, (serves ?? _serves) && !isStopping);
            Volatile.Write(ref _records, (records ?? _records) && !isStopping);
            _health.SetStatus("", Status(_serves));
            _health.SetStatus(Service, Status(_serves));
            _health.SetStatus(Recording, Status(_records));
        }
    }

    private static ServingStatus Status(bool isWell) => isWell ? ServingStatus.Serving : ServingStatus.NotServing;
}
