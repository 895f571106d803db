using AgentStatus.Server.Tests.Hosting;

namespace AgentStatus.Server.Tests.Telemetry;

/// <summary>What the settings of telemetry may be.</summary>
public sealed class TelemetryOptionsTests
{
    [Theory]
    [InlineData("Telemetry:Otlp", "collector:4317")]
    [InlineData("Telemetry:Otlp", "http://collector:4318/v1/metrics")]
    [InlineData("Telemetry:Otlp", "http://user:password@collector:4317")]
    [InlineData("Telemetry:OtlpProtocol", "Thrift")]
    [InlineData("Telemetry:OtlpInterval", "00:00:00.999")]
    [InlineData("Telemetry:OtlpInterval", "00:10:01")]
    [InlineData("Telemetry:Companies", "1,x")]
    [InlineData("Telemetry:Companies", "0")]
    [InlineData("Logging:Format", "xml")]
    public void What_is_not_good_is_refused_by_its_key(string key, string value) =>
        Assert.StartsWith($"{key} is \"{value}\"", Assert.Single(OptionFaults.Of((key, value))));

    [Theory]
    [InlineData("Telemetry:Otlp", "http://127.0.0.1:4317")]
    [InlineData("Telemetry:Otlp", "https://collector.example.org:4317/")]
    [InlineData("Telemetry:OtlpProtocol", "http")]
    [InlineData("Telemetry:OtlpInterval", "00:00:01")]
    [InlineData("Telemetry:OtlpInterval", "00:10:00")]
    [InlineData("Telemetry:Companies", "1, 280197")]
    [InlineData("Logging:Format", "TEXT")]
    public void What_is_good_is_taken(string key, string value) => Assert.Empty(OptionFaults.Of((key, value)));
}
