using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>A stream's message must be complete in time; between messages a stream may be silent.</summary>
public sealed class MessageTimeoutTests
{
    private static readonly TimeSpan Part = ServerLimits.MessageWithin / 2;

    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _sent = new();
    private readonly MessageTimeout _requests;

    public MessageTimeoutTests() => _requests = new MessageTimeout(_sent.Reader, _time);

    [Fact]
    public async Task ReadAsync_TheRestDoesNotCome_IsRefused()
    {
        await SendHalfAsync();
        var rest = _requests.ReadAsync().AsTask();
        _time.Advance(ServerLimits.MessageWithin);

        var refused = await Refused.ByAsync(() => rest.WaitAsync(Until.Limit));

        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
        Assert.Contains("MessageWithin is 10 s", refused.Message);
    }

    [Fact]
    public async Task ReadAsync_TheRestTrickles_IsRefusedAllTheSame()
    {
        await SendHalfAsync();
        _time.Advance(Part);
        await SendHalfAsync();
        var rest = _requests.ReadAsync().AsTask();
        _time.Advance(Part);

        await Refused.ByAsync(() => rest.WaitAsync(Until.Limit));
    }

    [Fact]
    public async Task ReadAsync_NothingIsHalfSent_WaitsForEver()
    {
        await SendHalfAsync();
        _time.Advance(Part);
        await _sent.Writer.WriteAsync(new byte[4]);
        _requests.AdvanceTo((await _requests.ReadAsync()).Buffer.End);
        var next = _requests.ReadAsync().AsTask();
        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(next.IsCompleted);
        await _sent.Writer.WriteAsync(new byte[2]);

        Assert.Equal(2, (await next).Buffer.Length);
    }

    /// <summary>gRPC reads a part of a message, and takes nothing of it.</summary>
    private async Task SendHalfAsync()
    {
        await _sent.Writer.WriteAsync(new byte[3]);
        var read = await _requests.ReadAsync();
        _requests.AdvanceTo(read.Buffer.Start, read.Buffer.End);
    }
}
