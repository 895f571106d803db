using Grpc.Core;

namespace Grpc.StandIns.Tests;

public sealed class StreamTests
{
    [Fact]
    public async Task A_write_that_cannot_be_cancelled_refuses_a_token_that_can()
    {
        var list = new ListWriter();
        IAsyncStreamWriter<string> writer = list;

        await writer.WriteAsync("sent", CancellationToken.None);
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAsync<NotSupportedException>(
            async () => await writer.WriteAsync("lost", cancellation.Token));
        Assert.Equal(["sent"], list.Messages);
    }

    [Fact]
    public async Task ReadAllAsync_ends_with_the_stream_and_passes_the_token_on()
    {
        using var cancellation = new CancellationTokenSource();
        var reader = new ArrayReader(["a", "b"]);

        Assert.Equal(["a", "b"], await reader.ReadAllAsync(cancellation.Token).ToArrayAsync());
        Assert.Equal(cancellation.Token, reader.LastToken);
        Assert.False(await reader.MoveNext());
        Assert.Throws<ArgumentNullException>(() => ((IAsyncStreamReader<string>)null!).ReadAllAsync());
    }

    private sealed class ListWriter : IAsyncStreamWriter<string>
    {
        public List<string> Messages { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message)
        {
            Messages.Add(message);
            return Task.CompletedTask;
        }
    }

    private sealed class ArrayReader(string[] messages) : IAsyncStreamReader<string>
    {
        private int _next;

        public string Current => messages[_next - 1];

        public CancellationToken LastToken { get; private set; }

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            LastToken = cancellationToken;
            return Task.FromResult(_next < messages.Length && ++_next > 0);
        }
    }
}
