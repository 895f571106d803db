namespace AgentStatus.Client.Tests.Fakes;

/// <summary>The server's end of one StreamRingTargets request.</summary>
internal sealed class RingStream(
    IAsyncStreamReader<StreamRingTargetsRequest> requests,
    IServerStreamWriter<StreamRingTargetsResponse> responses,
    CancellationToken cancelled)
{
    public CancellationToken Cancelled => cancelled;

    public IAsyncEnumerable<StreamRingTargetsRequest> Requests => requests.ReadAllAsync(cancelled);

    /// <summary>The next request; fails if the caller is done.</summary>
    public async Task<StreamRingTargetsRequest> NextAsync() =>
        await requests.MoveNext(cancelled) ? requests.Current : throw new InvalidOperationException("No more.");

    /// <summary>Answers with a label that tells whose answer it is.</summary>
    public Task AnswerAsync(StreamRingTargetsRequest request) => responses.WriteAsync(new StreamRingTargetsResponse
    {
        RequestId = request.RequestId,
        Results =
        {
            request.Targets.Select(t => new RingTargetResult { AgentId = t.AgentId, Label = $"of {t.AgentId}" }),
        },
    });

    public Task RefuseAsync(StreamRingTargetsRequest request, RingTargetsError error) =>
        responses.WriteAsync(new StreamRingTargetsResponse { RequestId = request.RequestId, Error = error });

    /// <summary>Answers everything, one after the other.</summary>
    public async Task AnswerAllAsync()
    {
        await foreach (var request in Requests) await AnswerAsync(request);
    }
}
