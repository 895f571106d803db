using AgentStatus.Server.Configuration;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AgentStatus.Server.Telemetry;

/// <summary>What gives metrics and traces away, from when it is made until it is disposed of, which sends what there is
/// once more.</summary>
internal sealed class TelemetryExport(ServerOptions options, Instruments instruments) : IDisposable
{
    private readonly TracerProvider? _traces = TraceExport.Start(options);

    /// <summary>What /metrics gives; null: nobody would get them.</summary>
    public MeterProvider? Metrics { get; } = MetricExport.Start(options, instruments);

    public void Dispose()
    {
        Metrics?.Dispose();
        _traces?.Dispose();
    }
}
