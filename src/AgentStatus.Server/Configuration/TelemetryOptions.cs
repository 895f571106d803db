using System.Globalization;

namespace AgentStatus.Server.Configuration;

/// <summary>Where metrics and traces go, beside /metrics of the second endpoint.</summary>
internal sealed class TelemetryOptions
{
    private static readonly string[] Protocols = ["Grpc", "Http"];

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
    public static TelemetryOptions Read(ConfigurationReader configuration)
    {
        var protocol = configuration.Text("Telemetry:OtlpProtocol") ?? Protocols[0];
        if (!Protocols.Contains(protocol, StringComparer.OrdinalIgnoreCase))
            configuration.Fault($"Telemetry:OtlpProtocol is \"{protocol}\"; known: {string.Join(", ", Protocols)}.");
        return new()
        {
            Otlp = ReadOtlp(configuration),
            Companies = ReadCompanies(configuration),
            IsOtlpOverHttp = protocol.Equals(Protocols[1], StringComparison.OrdinalIgnoreCase),
            OtlpInterval = configuration.Span(
                "Telemetry:OtlpInterval",
                TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
        };
    }

    private static long[] ReadCompanies(ConfigurationReader configuration)
    {
        const string Key = "Telemetry:Companies";
        const StringSplitOptions Plain = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var ids = configuration.Text(Key)?.Split(',', Plain) ?? [];
        if (ids.Length <= ServerLimits.CountedCompanies
            && ids.All(id => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0))
            return [.. ids.Select(id => long.Parse(id, CultureInfo.InvariantCulture)).Distinct()];
        configuration.Fault(
            $"{Key} is \"{string.Join(',', ids)}\"; it must be ids of companies, {ServerLimits.CountedCompanies} at "
            + "the most (CountedCompanies), with commas between them.");
        return [];
    }

    private static Uri? ReadOtlp(ConfigurationReader configuration)
    {
        if (configuration.Text("Telemetry:Otlp") is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var otlp)
            && (otlp.Scheme == Uri.UriSchemeHttp || otlp.Scheme == Uri.UriSchemeHttps)
            && otlp.PathAndQuery == "/" && otlp.UserInfo.Length == 0)
            return otlp;
        configuration.Fault($"Telemetry:Otlp is \"{text}\"; it must look like http://127.0.0.1:4317 (no path).");
        return null;
    }
}
