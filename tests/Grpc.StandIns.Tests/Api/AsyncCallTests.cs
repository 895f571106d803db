using Grpc.Core;

namespace Grpc.StandIns.Tests;

public sealed class AsyncCallTests
{
    private static readonly Metadata Headers = new() { { "key", "header" } };
    private static readonly Metadata Trailers = new() { { "key", "trailer" } };
    private static readonly Status Outcome = new(StatusCode.DataLoss, "lost");

    [Fact]
    public async Task A_call_from_plain_functions_asks_them()
    {
        var disposed = 0;
        var call = new AsyncUnaryCall<string>(
            Task.FromResult("response"),
            Task.FromResult(Headers),
            () => Outcome,
            () => Trailers,
            () => disposed++);

        Assert.Equal("response", await call);
        Assert.Equal("response", await call.ConfigureAwait(false));
        Assert.Same(Headers, await call.ResponseHeadersAsync);
        Assert.Equal(StatusCode.DataLoss, call.GetStatus().StatusCode);
        Assert.Same(Trailers, call.GetTrailers());
        call.Dispose();
        Assert.Equal(1, disposed);
    }

    [Fact]
    public async Task A_call_from_functions_of_a_state_gives_each_its_state()
    {
        var seen = new List<object>();
        T Seen<T>(object state, T value)
        {
            seen.Add(state);
            return value;
        }

        var state = new object();
        var call = new AsyncClientStreamingCall<string, string>(
            null!,
            Task.FromResult("response"),
            s => Seen(s, Task.FromResult(Headers)),
            s => Seen(s, Outcome),
            s => Seen(s, Trailers),
            seen.Add,
            state);

        Assert.Same(Headers, await call.ResponseHeadersAsync);
        Assert.Equal(StatusCode.DataLoss, call.GetStatus().StatusCode);
        Assert.Same(Trailers, call.GetTrailers());
        call.Dispose();
        Assert.Equal([state, state, state, state], seen);
    }
}
