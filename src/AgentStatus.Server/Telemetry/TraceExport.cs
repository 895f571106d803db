using AgentStatus.Server.Configuration;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace AgentStatus.Server.Telemetry;

/// <summary>Sends a collector the spans of requests whose callers trace them, and of no others.</summary>
internal static class TraceExport
{
    /// <summary>The provider, which listens from now on; null: there is no collector.</summary>
    public static TracerProvider? Start(ServerOptions options) => options.Telemetry.Otlp is null
        ? null
        : Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(MetricExport.Describe)
            .AddSource(Instruments.MeterName)
            .SetSampler(new ParentBasedSampler(new AlwaysOffSampler()))
            .AddOtlpExporter(exporter =>
            {
                (exporter.Protocol, exporter.Endpoint) = options.Telemetry.IsOtlpOverHttp
                    ? (OtlpExportProtocol.HttpProtobuf, new Uri(options.Telemetry.Otlp, "v1/traces"))
                    : (OtlpExportProtocol.Grpc, options.Telemetry.Otlp);
                exporter.TimeoutMilliseconds = (int)ServerLimits.TelemetrySend.TotalMilliseconds;
            })
            .Build();
}
