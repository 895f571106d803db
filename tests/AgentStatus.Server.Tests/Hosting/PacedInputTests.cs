using System.Buffers;
using System.IO.Pipelines;
using AgentStatus.Server.Hosting;

namespace AgentStatus.Server.Tests.Hosting;

public sealed class PacedInputTests
{
    [Fact]
    public async Task ReadAsync_MuchAtOnce_ComesInPiecesAndWhole()
    {
        var sent = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var bytes = Enumerable.Range(0, 3 * ServerLimits.PacedBytes + 7).Select(i => (byte)i).ToArray();
        await sent.Writer.WriteAsync(bytes);
        await sent.Writer.CompleteAsync();
        var input = new PacedInput(sent.Reader, new SemaphoreSlim(1));
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
}
