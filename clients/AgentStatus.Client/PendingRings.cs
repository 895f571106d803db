using AgentStatus.V1;

namespace AgentStatus.Client;

/// <summary>One request of a <see cref="RingTargetStream"/>, from its caller until its answer.</summary>
internal sealed class PendingRings(StreamRingTargetsRequest request)
{
    private readonly TaskCompletionSource<IReadOnlyList<RingResult>> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamRingTargetsRequest Request => request;

    public Task<IReadOnlyList<RingResult>> Answer => _answer.Task;

    /// <summary>How often it was written to a stream. Written by the stream's one writer.</summary>
    public int Attempts { get; set; }

    public void Succeed(StreamRingTargetsResponse response)
    {
        if (response.Error is { } error)
            _answer.TrySetException(error.ToException());
        else
            _answer.TrySetResult(RingResult.From(response.Results, response.KnownThrough));
    }

    public void Fail(Exception reason) => _answer.TrySetException(reason);

    /// <summary>Its caller no longer waits: it need not be sent (again).</summary>
    public void Abandon() => _answer.TrySetCanceled();
}
