using Grpc.Core;

namespace AgentStatus.Client;

/// <summary>Classifies ring groups for many callers over one stream (one for each part, where companies are divided):
/// requests are pipelined, each answer finds its request. Safe for all threads. When the stream breaks, it opens
/// another one and sends again what was not answered.</summary>
/// <example><code>
/// await using var stream = client.OpenRingTargetStream();
/// var rings = await stream.ClassifyAsync(
///     new() { CompanyId = 280197, Targets = { new RingTarget { AgentId = 380171 } } });
/// </code></example>
public sealed class RingTargetStream : IAsyncDisposable
{
    private readonly RingTargetLane[] _lanes;

    internal RingTargetStream(IReadOnlyList<CallInvoker> parts, AgentStatusClientOptions options) =>
        _lanes = [.. parts.Select(part => new RingTargetLane(new(part), options))];

    /// <summary>Classifies the rings of one ring group; the results are in the order of the targets. The stream sets
    /// request_id. Waits for its turn while <see cref="AgentStatusClientOptions.MaxOutstanding"/> others (of its part)
    /// are unanswered.</summary>
    /// <exception cref="RpcException">InvalidArgument: see <see cref="RpcExceptionExtensions.GetFieldViolations"/>; the
    /// stream goes on. DeadlineExceeded: no answer within <see cref="AgentStatusClientOptions.ClassifyDeadline"/>, the
    /// wait for a turn included. Unavailable: the server did not come back.</exception>
    /// <exception cref="ObjectDisposedException">The stream is closed.</exception>
    public Task<StreamRingTargetsResponse> ClassifyAsync(
        StreamRingTargetsRequest request, CancellationToken cancellationToken = default) =>
        _lanes[PartitionHash.IndexOf(request.CompanyId, _lanes.Length)].ClassifyAsync(request, cancellationToken);

    /// <summary>Takes no more requests, waits for the answers that are due (ClassifyDeadline at most) and
    /// closes.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_lanes.Select(lane => lane.DisposeAsync().AsTask()));
}
