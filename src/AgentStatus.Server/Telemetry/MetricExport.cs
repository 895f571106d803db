using System.Diagnostics.Metrics;
using System.Reflection;
using AgentStatus.Server.Configuration;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace AgentStatus.Server.Telemetry;

/// <summary>Gives the metrics away: to who asks the second endpoint for /metrics, and to a collector. Not those of
/// ASP.NET's hosting: they cost each request 30 % of its time and more, and say nothing of
/// RPCs (docs/decisions/0050-telemetry.md).</summary>
internal static class MetricExport
{
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";

    private const string Runtime = "System.Runtime";

    /// <summary>The provider, which collects from now on; null: nobody would get them. Disposing of it sends what there
    /// is once more.</summary>
    public static MeterProvider? Start(ServerOptions options, Instruments instruments)
    {
        if (options.Http is null && options.Telemetry.Otlp is null) return null;
        var metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(Describe)
            .AddMeter(Instruments.MeterName, Kestrel, Runtime)
            .AddView(instrument => IsLeftOut(instrument, instruments) ? MetricStreamConfiguration.Drop : null);
        if (options.Http is not null) metrics.AddPrometheusExporter(scraped => scraped.ScopeInfoEnabled = false);
        if (options.Telemetry.Otlp is not null)
            metrics.AddOtlpExporter((exporter, reader) => Send(options.Telemetry, exporter, reader));
        var provider = metrics.Build();
        instruments.CountFromZero();
        return provider;
    }

    public static void Describe(ResourceBuilder server) => server.AddService(
        "agentstatus",
        serviceVersion: typeof(MetricExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion);

    /// <summary>Another server's of the same process, and what Kestrel counts at each request.</summary>
    private static bool IsLeftOut(Instrument instrument, Instruments ours) => instrument.Meter.Name switch
    {
        Instruments.MeterName => instrument.Meter != ours.Meter,
        Kestrel => instrument.Name is "kestrel.queued_requests" or "kestrel.upgraded_connections",
        _ => false,
    };

    private static void Send(TelemetryOptions options, OtlpExporterOptions exporter, MetricReaderOptions reader)
    {
        (exporter.Protocol, exporter.Endpoint) = options.IsOtlpOverHttp
            ? (OtlpExportProtocol.HttpProtobuf, new Uri(options.Otlp!, "v1/metrics"))
            : (OtlpExportProtocol.Grpc, options.Otlp!);
        exporter.TimeoutMilliseconds = (int)ServerLimits.TelemetrySend.TotalMilliseconds;
        reader.PeriodicExportingMetricReaderOptions = new()
        {
            ExportIntervalMilliseconds = (int)options.OtlpInterval.TotalMilliseconds,
            ExportTimeoutMilliseconds = (int)ServerLimits.TelemetrySend.TotalMilliseconds,
        };
    }
}
