using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;

namespace AgentStatus.Client;

/// <summary>One stream after another to the servers of one part: see <see cref="RingTargetStream"/>.</summary>
internal sealed class RingTargetLane : IAsyncDisposable
{
    private readonly AgentStatusService.AgentStatusServiceClient _service;
    private readonly AgentStatusClientOptions _options;
    private readonly ConcurrentDictionary<ulong, Pending> _pending = new();
    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _pump;
    private ulong _lastId;

    public RingTargetLane(AgentStatusService.AgentStatusServiceClient service, AgentStatusClientOptions options)
    {
        (_service, _options) = (service, options);
        _slots = new SemaphoreSlim(options.MaxOutstanding);
        _pump = PumpAsync();
    }

    /// <summary>See <see cref="RingTargetStream.ClassifyAsync"/>.</summary>
    public async Task<StreamRingTargetsResponse> ClassifyAsync(
        StreamRingTargetsRequest request, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.ClassifyDeadline);
        Pending? pending = null;
        try
        {
            await _slots.WaitAsync(limit.Token);
            pending = new Pending(new(request) { RequestId = Interlocked.Increment(ref _lastId) });
            _pending[pending.Request.RequestId] = pending;
            if (!_queue.Writer.TryWrite(pending))
                FailAsClosed(pending);
            return await pending.Task.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (e.CancellationToken == limit.Token)
        {
            pending?.TrySetCanceled(cancellationToken); // It need not be sent any more.
            cancellationToken.ThrowIfCancellationRequested();
            throw new RpcException(new(StatusCode.DeadlineExceeded, $"No answer in {_options.ClassifyDeadline}."));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stop.CancelAfter(_options.ClassifyDeadline);
        await _pump;
    }

    /// <summary>One stream after another, for as long as there is something to send.</summary>
    private async Task PumpAsync()
    {
        var silent = 0;
        try
        {
            while (!_pending.IsEmpty || await _queue.Reader.WaitToReadAsync(_stop.Token))
            {
                var (fault, answered) = await RunStreamAsync();
                silent = answered ? 0 : silent + 1;
                Drop(fault, fault.StatusCode == StatusCode.Unavailable
                    || (answered && CanIdentifyAnew(fault, _options)));
                if (!_pending.IsEmpty)
                    await Task.Delay(Backoff(silent), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Closed while answers were due, or the client was.
            _queue.Writer.TryComplete();
        }

        foreach (var pending in _pending.Values)
            FailAsClosed(pending);
    }

    /// <summary>From opening a stream to its end: why it ended, and whether it answered anything.</summary>
    private async Task<(RpcException Fault, bool Answered)> RunStreamAsync()
    {
        using var call = _service.StreamRingTargets(cancellationToken: _stop.Token);
        using var ended = new CancellationTokenSource();
        var writing = WriteAsync(call.RequestStream, ended.Token);
        var answered = false;
        RpcException fault;
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                answered = true;
                var response = call.ResponseStream.Current;
                if (!_pending.TryGetValue(response.RequestId, out var pending) || !Settle(pending))
                    continue;
                if (response.Error is { } error)
                    pending.TrySetException(error.ToException());
                else
                    pending.TrySetResult(response);
            }

            fault = new RpcException(new(StatusCode.Unavailable, "The server ended the stream."));
        }
        catch (RpcException e)
        {
            fault = e;
        }

        await ended.CancelAsync();
        await writing;
        return (fault, answered);
    }

    /// <summary>First what an earlier stream left unanswered, in the old order, then whatever comes.</summary>
    private async Task WriteAsync(IClientStreamWriter<StreamRingTargetsRequest> stream, CancellationToken ended)
    {
        try
        {
            foreach (var pending in _pending.Values.Where(p => p.Attempts > 0).OrderBy(p => p.Request.RequestId))
                await SendAsync(pending);
            await foreach (var pending in _queue.Reader.ReadAllAsync(ended))
                await SendAsync(pending);
            await stream.CompleteAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException or InvalidOperationException)
        {
            // The stream has ended; its reader says why.
        }

        async Task SendAsync(Pending pending)
        {
            pending.Attempts++;
            if (pending.Task.IsCompleted)
                Settle(pending);
            else
                await stream.WriteAsync(pending.Request, CancellationToken.None);
        }
    }

    /// <summary>Fails what need not be sent again: everything sent if trying again cannot help, else what was sent
    /// often enough. Nothing is lost by repeating: classifying changes nothing, and a ring is kept once.</summary>
    private void Drop(RpcException fault, bool mayComeBack)
    {
        var attempts = mayComeBack ? _options.MaxAttempts : 1;
        foreach (var pending in _pending.Values.Where(p => p.Attempts >= attempts || p.Task.IsCompleted))
        {
            if (Settle(pending))
                pending.TrySetException(fault);
        }
    }

    private void FailAsClosed(Pending pending)
    {
        if (Settle(pending))
            pending.TrySetException(new ObjectDisposedException(nameof(RingTargetStream)));
    }

    /// <summary>Ends a request and frees its slot; true the first time. A request whose caller has left keeps its slot
    /// until here, so that a slow server is not asked for more and more.</summary>
    private bool Settle(Pending pending)
    {
        var first = _pending.TryRemove(pending.Request.RequestId, out _);
        if (first)
            _slots.Release();
        return first;
    }

    /// <summary>Whether a stream that ended so can go on with the next token.</summary>
    internal static bool CanIdentifyAnew(RpcException fault, AgentStatusClientOptions options) =>
        fault.StatusCode == StatusCode.Unauthenticated && options.TokenProvider is not null;

    private TimeSpan Backoff(int silentStreams)
    {
        var pause = _options.InitialBackoff * Math.Pow(2, Math.Max(silentStreams - 1, 0));
        return (pause < _options.MaxBackoff ? pause : _options.MaxBackoff) * (0.8 + (0.4 * Random.Shared.NextDouble()));
    }

    /// <summary>One request, from its caller until its answer.</summary>
    private sealed class Pending(StreamRingTargetsRequest request)
        : TaskCompletionSource<StreamRingTargetsResponse>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public StreamRingTargetsRequest Request => request;

        /// <summary>How often it was written to a stream. Written by the stream's one writer.</summary>
        public int Attempts { get; set; }
    }
}
