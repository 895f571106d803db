using AgentStatus.Server.Tests.GuardRails;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>Answers on a stream wait for each other, but not without a limit: whoever sends faster than the server
/// answers, and reads nothing, would fill its memory.</summary>
public sealed class KeptBackTests
{
    private const int Requests = 2_000;

    [Fact]
    public async Task A_client_that_is_always_ahead_has_its_answers_sent_all_the_same()
    {
        await using var server = new WarmServer();
        var answers = new Answers();

        await server.Service.StreamRingTargets(new Ahead(), answers, new NoRequest());

        Assert.Equal(Requests, answers.Count);
        Assert.InRange(answers.MostKeptBack, 1_000, 2 * ServerLimits.KeptBackBytes);
    }

    /// <summary>The next request is always there.</summary>
    private sealed class Ahead : IAsyncStreamReader<RingRequest>
    {
        private static readonly byte[] Request = new StreamRingTargetsRequest
        {
            CompanyId = WarmServer.Agent(0).CompanyId,
            Targets = { new RingTarget { AgentId = WarmServer.Agent(0).AgentId } },
        }.ToByteArray();

        private int _read;

        public RingRequest Current => RingRequest.ReadOnStream(new WireBytes(Request));

        public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromResult(_read++ < Requests);
    }

    /// <summary>What is written, as Kestrel would hold it: until an answer comes that may not wait.</summary>
    private sealed class Answers : IServerStreamWriter<RingGroupAnswer>
    {
        private int _keptBack;

        public WriteOptions? WriteOptions { get; set; }

        public int Count { get; private set; }

        public int MostKeptBack { get; private set; }

        public Task WriteAsync(RingGroupAnswer message)
        {
            Count++;
            _keptBack = WriteOptions?.Flags == WriteFlags.BufferHint ? _keptBack + message.Bytes : 0;
            MostKeptBack = Math.Max(MostKeptBack, _keptBack);
            return Task.CompletedTask;
        }
    }
}
