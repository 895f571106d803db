using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>What measuring a request costs.</summary>
public sealed class RequestDurationTests
{
    [Fact]
    public void A_request_that_is_measured_allocates_nothing_more()
    {
        using var instruments = new Instruments();
        using var metrics = Server.Telemetry.MetricExport.Start(
            ServerOptions.Read(new Microsoft.Extensions.Configuration.ConfigurationManager(), out _), instruments);
        var duration = new RequestDuration(instruments.RequestSeconds, "/a.B/C", TimeProvider.System);
        var response = new DefaultHttpContext().Response;
        response.Headers.GrpcStatus = "0";
        Measure(1_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Measure(1_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Measure(int requests)
        {
            for (var i = 0; i < requests; i++)
            {
                var startedAt = duration.Begin();
                if (startedAt == 0) throw new InvalidOperationException("Somebody listens.");
                duration.End(startedAt, response);
                duration.End(startedAt, StatusCode.Internal);
            }
        }
    }

    [Fact]
    public void Nothing_is_measured_where_nobody_listens()
    {
        using var instruments = new Instruments();
        Assert.Equal(0, new RequestDuration(instruments.RequestSeconds, null, TimeProvider.System).Begin());
    }
}
