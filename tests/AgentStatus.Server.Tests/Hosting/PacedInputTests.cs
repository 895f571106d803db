using System.Buffers;
using System.IO.Pipelines;
using AgentStatus.Server.Hosting;

namespace AgentStatus.Server.Tests.Hosting;

public sealed class PacedInputTests
{
    [Fact]
    public async Task ReadAsync_MuchAtOnce_ComesInPiecesAndWhole()
    {
        var bytes = Enumerable.Range(0, 3 * ServerLimits.PacedBytes + 7).Select(i => (byte)i).ToArray();
        var input = new PacedInput(await SentAsync(bytes), new ReadTurn(() => Task.CompletedTask), () => true);
        var pieces = new List<byte[]>();

        for (var isCompleted = false; !isCompleted;)
        {
            var read = await input.ReadAsync();
            pieces.Add(read.Buffer.ToArray());
            input.AdvanceTo(read.Buffer.End);
            isCompleted = read.IsCompleted;
        }

        Assert.Equal(bytes, pieces.SelectMany(piece => piece));
        Assert.All(pieces, piece => Assert.InRange(piece.Length, 1, ServerLimits.PacedBytes));
    }
    [Fact]
    public async Task ReadAsync_WorkWaits_WaitsForItsTurn()
    {
        using var passes = new SemaphoreSlim(0);
        var turn = new ReadTurn(() => passes.WaitAsync());
        var input = new PacedInput(await SentAsync(new byte[ServerLimits.UnpacedBytes + 1]), turn, () => true);

        var read = input.ReadAsync().AsTask();

        Assert.False(read.IsCompleted);
        passes.Release();
        Assert.Equal(ServerLimits.UnpacedBytes + 1, (await read.WaitAsync(Until.Limit)).Buffer.Length);
    }

    [Theory]
    [InlineData(ServerLimits.UnpacedBytes, true)]
    [InlineData(ServerLimits.UnpacedBytes + 1, false)]
    public async Task ReadAsync_LittleOrNothingThatWaits_IsThereAtOnce(int bytes, bool isBehind)
    {
        var never = new TaskCompletionSource();
        var input = new PacedInput(
            await SentAsync(new byte[bytes]), new ReadTurn(() => never.Task), () => isBehind);

        Assert.Equal(bytes, (await input.ReadAsync().AsTask().WaitAsync(Until.Limit)).Buffer.Length);
    }

    [Fact]
    public async Task TakeAsync_ManyOfOneAddressWait_AnotherAddressIsNext()
    {
        using var passes = new SemaphoreSlim(0);
        var all = new ReadTurn(() => passes.WaitAsync());
        var (busy, other) = (new ReadTurn(all), new ReadTurn(all));
        var ofBusy = Enumerable.Range(0, 100).Select(_ => busy.TakeAsync()).ToList();
        var ofOther = other.TakeAsync();

        passes.Release(2);

        await ofOther.WaitAsync(Until.Limit);
        await ofBusy[0].WaitAsync(Until.Limit);
        Assert.Equal(1, ofBusy.Count(turn => turn.IsCompleted));
        passes.Release(99);
        await Task.WhenAll(ofBusy).WaitAsync(Until.Limit);
    }

    private static async Task<PipeReader> SentAsync(byte[] bytes)
    {
        var sent = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await sent.Writer.WriteAsync(bytes);
        await sent.Writer.CompleteAsync();
        return sent.Reader;
    }
}
