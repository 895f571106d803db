using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>What Kestrel itself sees to is set as our limits say: their effect is tested where it is ours.</summary>
public sealed class KestrelLimitsTests
{
    [Fact]
    public async Task Connections_and_headers_have_the_limits_that_are_documented()
    {
        await using var server = await TestServer.StartAsync(DateTimeOffset.UnixEpoch);
        var limits = server.Part<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.Equal(ServerLimits.IdleConnection, limits.KeepAliveTimeout);
        Assert.Equal(ServerLimits.RequestHeaders, limits.RequestHeadersTimeout);
        Assert.Equal(ServerLimits.RequestHeaderBytes, limits.MaxRequestHeadersTotalSize);
        Assert.Equal(ServerLimits.StreamsPerConnection, limits.Http2.MaxStreamsPerConnection);
        Assert.Equal(ServerLimits.ConnectionWindowBytes, limits.Http2.InitialConnectionWindowSize);
        Assert.Equal(ServerLimits.StreamWindowBytes, limits.Http2.InitialStreamWindowSize);
        Assert.Equal(ServerLimits.PingAfter, limits.Http2.KeepAlivePingDelay);
        Assert.Equal(ServerLimits.PingTimeout, limits.Http2.KeepAlivePingTimeout);
        foreach (var rate in (MinDataRate?[])[limits.MinRequestBodyDataRate, limits.MinResponseDataRate])
            Assert.Equal(
                (ServerLimits.DataBytesPerSecond, ServerLimits.DataGrace), (rate!.BytesPerSecond, rate.GracePeriod));
    }
}
