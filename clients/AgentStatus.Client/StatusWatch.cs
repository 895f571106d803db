using System.Runtime.CompilerServices;
using Grpc.Core;

namespace AgentStatus.Client;

/// <summary>Watches, one stream after another, until nobody reads any more or trying again cannot help.</summary>
internal static class StatusWatch
{
    public static async IAsyncEnumerable<StatusUpdate> RunAsync(
        AgentStatusService.AgentStatusServiceClient service,
        AgentStatusClientOptions options,
        WatchStatusesRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var failed = 1; ; failed++)
        {
            using var call = service.WatchStatuses(request, cancellationToken: cancellationToken);
            RpcException? lost;
            var isFirst = true;
            for (; ; isFirst = false)
            {
                (var message, lost) = await NextAsync(call.ResponseStream, options.WatchSilence, cancellationToken);
                if (message is null) break;
                failed = 0;
                yield return new(message, isFirst, Lost: null);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (!MayComeBack(lost!) && (isFirst || !RingTargetLane.CanIdentifyAnew(lost!, options))) throw lost!;
            yield return new(new(), BeginsAnew: false, lost);
            await Task.Delay(lost!.GetRetryDelay() ?? Pause(options, failed), cancellationToken);
        }
    }

    /// <summary>The next message, or why there is none.</summary>
    private static async Task<(WatchStatusesResponse? Message, RpcException? Lost)> NextAsync(
        IAsyncStreamReader<WatchStatusesResponse> messages, TimeSpan silence, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(silence);
        try
        {
            return await messages.MoveNext(limit.Token)
                ? (messages.Current, null)
                : (null, new RpcException(new(StatusCode.Unavailable, "The server ended the watch.")));
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return limit.IsCancellationRequested
                ? (null, new(new(StatusCode.DeadlineExceeded, $"Nothing came for {silence}.")))
                : (null, e as RpcException ?? new(new(StatusCode.Cancelled, e.Message)));
        }
    }

    private static bool MayComeBack(RpcException lost) => lost.StatusCode is not (
        StatusCode.InvalidArgument or StatusCode.Unimplemented or StatusCode.Unauthenticated
        or StatusCode.PermissionDenied or StatusCode.NotFound or StatusCode.FailedPrecondition
        or StatusCode.OutOfRange);

    private static TimeSpan Pause(AgentStatusClientOptions options, int failed)
    {
        var pause = options.InitialBackoff * Math.Pow(2, Math.Clamp(failed - 1, 0, 30));
        return (pause < options.MaxBackoff ? pause : options.MaxBackoff) * (0.8 + (0.4 * Random.Shared.NextDouble()));
    }
}
