using System.Globalization;

namespace AgentStatus.Server.Configuration;

/// <summary>How OTLP is sent. Named as in the configuration.</summary>
internal enum OtlpProtocol
{
    Grpc,
    Http,
}

/// <summary>Where metrics and traces go, beside /metrics of the second endpoint.</summary>
internal sealed class TelemetryOptions
{
    /// <summary>A collector that takes OTLP: http(s), host and port. Null: none.</summary>
    public Uri? Otlp { get; private init; }

    /// <summary>Whether OTLP goes as protobuf over HTTP/1.1; else over gRPC.</summary>
    public bool IsOtlpOverHttp { get; private init; }

    /// <summary>How often metrics are sent to it: 1 second to 10 minutes.</summary>
    public TimeSpan OtlpInterval { get; private init; }

    /// <summary>Companies whose agents are counted by status: up to
    /// <see cref="ServerLimits.CountedCompanies"/>.</summary>
    public IReadOnlyList<long> Companies { get; private init; } = [];

    /// <summary>Reads everything; adds what is wrong.</summary>
    public static TelemetryOptions Read(ConfigurationReader configuration) => new()
    {
        Otlp = ReadOtlp(configuration),
        Companies = ReadCompanies(configuration),
        IsOtlpOverHttp = configuration.Word("Telemetry:OtlpProtocol", OtlpProtocol.Grpc) == OtlpProtocol.Http,
        OtlpInterval = configuration.Span(
            "Telemetry:OtlpInterval",
            TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
    };

    private static long[] ReadCompanies(ConfigurationReader configuration)
    {
        const string Key = "Telemetry:Companies";
        const StringSplitOptions Plain = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var values = $"ids, {ServerLimits.CountedCompanies} at the most, with commas between them";
        var ids = configuration.Text(Key, values)?.Split(',', Plain) ?? [];
        if (ids.Length <= ServerLimits.CountedCompanies
            && ids.All(id => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0))
            return [.. ids.Select(id => long.Parse(id, CultureInfo.InvariantCulture)).Distinct()];
        configuration.Fault(
            $"{Key} is \"{string.Join(',', ids)}\"; it must be {values} (CountedCompanies).");
        return [];
    }

    private static Uri? ReadOtlp(ConfigurationReader configuration)
    {
        if (configuration.Text("Telemetry:Otlp", "http(s)://host:port") is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var otlp)
            && (otlp.Scheme == Uri.UriSchemeHttp || otlp.Scheme == Uri.UriSchemeHttps)
            && otlp.PathAndQuery == "/" && otlp.UserInfo.Length == 0)
            return otlp;
        configuration.Fault($"Telemetry:Otlp is \"{text}\"; it must look like http://127.0.0.1:4317 (no path).");
        return null;
    }
}
