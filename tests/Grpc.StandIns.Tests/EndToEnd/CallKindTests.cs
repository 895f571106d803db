using Grpc.Core;
using Grpc.StandIns.Tests.Words;

namespace Grpc.StandIns.Tests;

public sealed class CallKindTests
{
    [Fact]
    public async Task A_unary_call_brings_headers_response_trailers_and_status()
    {
        await using var server = await WordServer.StartAsync();
        using var call = server.OpenClient().ShoutAsync(new Word { Text = "hello" });

        Assert.Equal("hello", (await call.ResponseHeadersAsync).GetValue("greeting"));
        Assert.Equal("HELLO", (await call).Text);
        Assert.Equal("bye", call.GetTrailers().GetValue("farewell"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_blocking_call_works_as_well()
    {
        await using var server = await WordServer.StartAsync();
        var client = server.OpenClient();

        Assert.Equal("HELLO", (await Task.Run(() => client.Shout(new Word { Text = "hello" }))).Text);
    }

    [Fact]
    public async Task A_client_stream_arrives_in_order()
    {
        await using var server = await WordServer.StartAsync();
        using var call = server.OpenClient().Join();

        foreach (var text in new[] { "one", "two", "three" })
            await call.RequestStream.WriteAsync(new Word { Text = text });
        await call.RequestStream.CompleteAsync();

        Assert.Equal("one two three", (await call).Text);
    }

    [Fact]
    public async Task A_server_stream_arrives_in_order_and_ends()
    {
        await using var server = await WordServer.StartAsync();
        using var call = server.OpenClient().Spell(new Word { Text = "abc" });

        var letters = await call.ResponseStream.ReadAllAsync().Select(word => word.Text).ToArrayAsync();

        Assert.Equal(["a", "b", "c"], letters);
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task A_duplex_stream_answers_each_message_before_the_next_is_sent()
    {
        await using var server = await WordServer.StartAsync();
        using var call = server.OpenClient().Echo();

        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new Word { Text = $"word {i}" });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal($"WORD {i}", call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }
}
