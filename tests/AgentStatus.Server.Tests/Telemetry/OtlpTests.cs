using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AgentStatus.Server.Tests.Telemetry;

/// <summary>Metrics that are sent to a collector.</summary>
public sealed class OtlpTests
{
    [Theory]
    [InlineData("Grpc", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")]
    [InlineData("Http", "/v1/metrics")]
    public async Task A_collector_is_sent_the_metrics_also_without_a_second_endpoint(string protocol, string path)
    {
        var sent = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var collector = Collector(
            protocol == "Grpc" ? HttpProtocols.Http2 : HttpProtocols.Http1, path, sent);
        await collector.StartAsync();
        await using var server = await TestServer.StartAsync(
            DateTimeOffset.UnixEpoch.AddYears(56),
            "--Telemetry:Otlp", collector.Urls.Single(), "--Telemetry:OtlpProtocol", protocol,
            "--Telemetry:OtlpInterval", "00:00:01");
        Assert.Contains("agentstatus.projection.lag", await sent.Task.WaitAsync(Until.Limit));
    }

    [Fact]
    public async Task Spans_are_sent_of_requests_that_say_sampled_and_of_no_others()
    {
        var sent = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var collector = Collector(HttpProtocols.Http1, "/v1/traces", sent);
        await collector.StartAsync();
        await using var server = await TestServer.StartAsync(
            DateTimeOffset.UnixEpoch.AddYears(56),
            "--Telemetry:Otlp", collector.Urls.Single(), "--Telemetry:OtlpProtocol", "Http");
        await server.Service.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 1 });
        foreach (var (trace, flags) in ((char, string)[])[('c', "00"), ('e', "02"), ('f', "0a")])
            await server.Service.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 1 }, Traced(trace, flags));
        await server.Service.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 1 }, Traced('a', "03"));
        await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Service.ClassifyRingTargetAsync(new() { CompanyId = -1 }, Traced('d', "01")));
        await server.StopAsync();
        var spans = await sent.Task.WaitAsync(Until.Limit);
        foreach (var trace in "ad") Assert.Contains(IdOf(trace), spans);
        foreach (var trace in "cef") Assert.DoesNotContain(IdOf(trace), spans);
        Assert.Contains("INVALID_ARGUMENT", spans);
        Assert.Equal(4, spans.Split("AgentStatusService/ClassifyRingTarget").Length - 1); // Its name, and rpc.method.

        static string IdOf(char trace) => Encoding.Latin1.GetString(Convert.FromHexString(new string(trace, 32)));

        static Metadata Traced(char trace, string flags) =>
            new() { { "traceparent", $"00-{new string(trace, 32)}-{new string('b', 16)}-{flags}" } };
    }

    [Fact]
    public async Task A_collector_that_does_not_answer_delays_no_stop()
    {
        using var directory = new TempDirectory();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var server = await ServerProcess.ServingAsync(
            directory.Path, "--Telemetry:Otlp", $"http://{silent.LocalEndpoint}");
        server.Terminate();
        await server.ExitedAsync();
        Assert.True(server.ExitCode == 0, server.Output);
    }

    private static WebApplication Collector(HttpProtocols protocols, string path, TaskCompletionSource<string> sent)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddRouting();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var app = builder.Build();
        app.MapPost(path, async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            sent.TrySetResult(Encoding.Latin1.GetString(body.ToArray()));
            if (protocols == HttpProtocols.Http1) return;
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        return app;
    }
}
