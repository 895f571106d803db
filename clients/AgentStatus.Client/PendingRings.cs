namespace AgentStatus.Client;

/// <summary>One request of a <see cref="RingTargetStream"/>, from its caller until its answer.</summary>
internal sealed class PendingRings(StreamRingTargetsRequest request)
    : TaskCompletionSource<IReadOnlyList<RingResult>>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public StreamRingTargetsRequest Request => request;

    /// <summary>How often it was written to a stream. Written by the stream's one writer.</summary>
    public int Attempts { get; set; }

    public void Take(StreamRingTargetsResponse response)
    {
        if (response.Error is { } error)
            TrySetException(error.ToException());
        else
            TrySetResult(RingResult.From(response.Results, response.KnownThrough));
    }
}
