using System.Runtime.CompilerServices;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentStatus.Client;

/// <summary>A client of an AgentStatus server: records statuses, classifies rings, reads breakdowns. Make one and
/// share it: it is safe for all threads and keeps its connection open.</summary>
/// <remarks>Requests and answers are the contract's messages. A refused or failed request throws
/// <see cref="RpcException"/>; see <see cref="RpcExceptionExtensions.GetFieldViolations"/> for what is wrong with a
/// request. A cancelled token throws <see cref="OperationCanceledException"/>, a deadline an
/// <see cref="RpcException"/> with DeadlineExceeded.</remarks>
/// <example><code>
/// using Status = AgentStatus.V1.AgentStatus;
///
/// using var client = new AgentStatusClient(new() { Endpoint = new Uri("http://127.0.0.1:5080") });
/// await client.RecordStatusAsync(new()
/// {
///     CompanyId = 280197, AgentId = 380171, Status = Status.Offline, Origin = StatusOrigin.Agent,
/// });
/// var ring = await client.ClassifyRingTargetAsync(new() { CompanyId = 280197, AgentId = 380171 });
/// Console.WriteLine(ring.Label); // Offline
/// </code></example>
public sealed partial class AgentStatusClient : IDisposable
{
    private readonly AgentStatusClientOptions _options;
    private readonly ServerChannels _channels;
    private readonly AgentStatusService.AgentStatusServiceClient _service;
    private long _lastSequence;

    /// <summary>Makes a client; it connects with its first request.</summary>
    /// <param name="options">Not changed any more after this.</param>
    /// <param name="loggerFactory">Where gRPC logs; null: nowhere.</param>
    /// <exception cref="OptionsValidationException">Names every fault.</exception>
    public AgentStatusClient(AgentStatusClientOptions options, ILoggerFactory? loggerFactory = null)
    {
        if (new AgentStatusClientOptionsValidator().Validate(null, options) is { Failed: true } faults)
            throw new OptionsValidationException(
                Options.DefaultName, typeof(AgentStatusClientOptions), faults.Failures);
        _options = options;
        _channels = new(options, loggerFactory);
        _service = new AgentStatusService.AgentStatusServiceClient(_channels.Invoker);
    }

    /// <summary>Records one status event; when it returns, the event is durable. A request without an event id gets
    /// one, and a sequence where it has none: the same for all attempts, so that a retry never records twice, and
    /// rising, so that of two events of one instant the one recorded later comes later.</summary>
    /// <exception cref="RpcException">AlreadyExists: the event id is stored with other content. Unavailable or
    /// DeadlineExceeded: it may or may not be stored; send it again with the same event id.</exception>
    public async Task<RecordStatusResponse> RecordStatusAsync(
        RecordStatusRequest request, CancellationToken cancellationToken = default)
    {
        request = Identified(request);
        var call = Call(_options.RecordDeadline, cancellationToken);
        return await RepeatAsync(() => _service.RecordStatusAsync(request, call), call, cancellationToken);
    }

    /// <summary>Records up to 1,000 status events of one company; when it returns, those that have no error are
    /// durable. Events without an id get one, as in <see cref="RecordStatusAsync"/>. What the server has no room for is
    /// sent again until the deadline.</summary>
    /// <returns>A result for each event, in order.</returns>
    public async Task<RecordStatusesResponse> RecordStatusesAsync(
        RecordStatusesRequest request, CancellationToken cancellationToken = default)
    {
        var events = request.Events.Select(Identified).ToList();
        var answer = new RecordStatusesResponse();
        answer.Results.AddRange(events.Select(_ => new RecordStatusesResult()));
        var left = Enumerable.Range(0, events.Count).ToList();
        var call = Call(_options.RecordDeadline, cancellationToken);
        for (var attempt = 1; left.Count > 0; attempt++)
        {
            var some = new RecordStatusesRequest { CompanyId = request.CompanyId };
            some.Events.AddRange(left.Select(i => events[i]));
            var part = await RepeatAsync(() => _service.RecordStatusesAsync(some, call), call, cancellationToken);
            for (var i = 0; i < left.Count; i++) answer.Results[left[i]] = part.Results[i];
            left.RemoveAll(i => answer.Results[i].Error?.Code != (int)StatusCode.ResourceExhausted);
            var pause = _options.InitialBackoff * Math.Pow(2, attempt - 1);
            if (attempt == _options.MaxAttempts || !EndsBefore(call, pause)) break;
            if (left.Count > 0) await Task.Delay(pause, cancellationToken);
        }

        return answer;
    }

    /// <summary>Says that a status event was wrong and does not count; when it returns, that is durable. It is final,
    /// and may come before its event. Safe to repeat: the first reason stands.</summary>
    public Task<RetractStatusResponse> RetractStatusAsync(
        RetractStatusRequest request, CancellationToken cancellationToken = default)
    {
        var call = Call(_options.RecordDeadline, cancellationToken);
        return RepeatAsync(() => _service.RetractStatusAsync(request, call), call, cancellationToken);
    }

    /// <summary>Lists an agent's status events as they are stored, in the order in which they count, the retracted ones
    /// too: all of them, page after page as they are read.</summary>
    public async IAsyncEnumerable<StatusEvent> ListStatusEventsAsync(
        ListStatusEventsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        request = request.Clone();
        do
        {
            var call = Call(_options.BreakdownDeadline, cancellationToken);
            var page = await Answer(_service.ListStatusEventsAsync(request, call), cancellationToken);
            request.PageToken = page.NextPageToken;
            foreach (var one in page.Events) yield return one;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Tells how Call Steps shows one ring of one agent. With <see cref="ClassifyRingTargetRequest.Record"/>
    /// it is kept, and durable when this returns.</summary>
    public Task<ClassifyRingTargetResponse> ClassifyRingTargetAsync(
        ClassifyRingTargetRequest request, CancellationToken cancellationToken = default) => Answer(
        _service.ClassifyRingTargetAsync(request, Call(DeadlineOf(request.Record), cancellationToken)),
        cancellationToken);

    /// <summary>Tells how Call Steps shows the rings of a ring group, in the order of the targets. With
    /// <see cref="ClassifyRingTargetsRequest.Record"/> they are kept; look at each result's error.</summary>
    public Task<ClassifyRingTargetsResponse> ClassifyRingTargetsAsync(
        ClassifyRingTargetsRequest request, CancellationToken cancellationToken = default) => Answer(
        _service.ClassifyRingTargetsAsync(request, Call(DeadlineOf(request.Record), cancellationToken)),
        cancellationToken);

    /// <summary>Gives the rings that were kept of a call (<see cref="ClassifyRingTargetRequest.Record"/>), each as it
    /// was classified then and as it is now.</summary>
    public Task<GetCallStepsResponse> GetCallStepsAsync(
        GetCallStepsRequest request, CancellationToken cancellationToken = default) => Answer(
        _service.GetCallStepsAsync(request, Call(_options.BreakdownDeadline, cancellationToken)), cancellationToken);

    /// <summary>Lists the calls with rings that were kept: all of them, page after page as they are read.</summary>
    public async IAsyncEnumerable<CallSummary> ListCallsAsync(
        ListCallsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        request = request.Clone();
        do
        {
            var call = Call(_options.BreakdownDeadline, cancellationToken);
            var page = await Answer(_service.ListCallsAsync(request, call), cancellationToken);
            request.PageToken = page.NextPageToken;
            foreach (var summary in page.Calls) yield return summary;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>A stream that classifies ring groups for many callers at once; cheaper than single requests. Dispose it
    /// before the client.</summary>
    public RingTargetStream OpenRingTargetStream() => new(_channels.OfParts, _options);

    /// <summary>Tells what a company's agents, or those that are named, are doing now, and each change from then on,
    /// until nobody reads. Where the stream is lost it says so (<see cref="StatusUpdate.Lost"/>), opens another
    /// one after a pause (<see cref="AgentStatusClientOptions.InitialBackoff"/> to
    /// <see cref="AgentStatusClientOptions.MaxBackoff"/>), and tells all anew; however often that fails.</summary>
    /// <exception cref="RpcException">Trying again cannot help, as with InvalidArgument.</exception>
    /// <example><code>
    /// await foreach (var update in client.WatchStatusesAsync(new() { CompanyId = 280197 }))
    /// {
    ///     if (!update.IsLive) Console.WriteLine($"not live: {update.Lost!.Status.Detail}");
    ///     if (update.BeginsAnew) board.Clear();
    ///     foreach (var agent in update.Message.Agents) board[agent.AgentId] = agent;
    /// }
    /// </code></example>
    public IAsyncEnumerable<StatusUpdate> WatchStatusesAsync(
        WatchStatusesRequest request, CancellationToken cancellationToken = default) =>
        StatusWatch.RunAsync(_service, _options, request.Clone(), cancellationToken);

    /// <summary>Tells how long each agent was in each status: all agents, page after page as they are read.</summary>
    /// <example><code>
    /// await foreach (var agent in client.GetBreakdownAsync(request))
    ///     Console.WriteLine($"{agent.AgentId}: {agent.Buckets[0].DurationOf(Status.Offline)} offline");
    /// </code></example>
    public IAsyncEnumerable<AgentBreakdown> GetBreakdownAsync(
        GetBreakdownRequest request, CancellationToken cancellationToken = default) =>
        GetBreakdownPagesAsync(request, cancellationToken).SelectMany(page => page.Agents);

    /// <summary>The same page by page, with what a page says beside its agents: the zone that placed the buckets,
    /// complete_through, and the token with which a request goes on later.</summary>
    public async IAsyncEnumerable<GetBreakdownResponse> GetBreakdownPagesAsync(
        GetBreakdownRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        request = request.Clone();
        do
        {
            var call = Call(_options.BreakdownDeadline, cancellationToken);
            var page = await Answer(_service.GetBreakdownAsync(request, call), cancellationToken);
            request.PageToken = page.NextPageToken;
            yield return page;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Tells which business hours are in force, or were at an instant, and what is wrong with the
    /// settings.</summary>
    public Task<GetCompanyHoursResponse> GetCompanyHoursAsync(
        GetCompanyHoursRequest request, CancellationToken cancellationToken = default) => Answer(
        _service.GetCompanyHoursAsync(request, Call(_options.BreakdownDeadline, cancellationToken)),
        cancellationToken);

    /// <summary>Closes the connections; requests under way fail.</summary>
    public void Dispose() => _channels.Dispose();

    /// <summary>With an id, and a sequence beside it. Where the caller brings the id, the caller may send the event
    /// again, and then it has to be the same.</summary>
    private RecordStatusRequest Identified(RecordStatusRequest request)
    {
        request = request.Clone();
        if (request.EventId.Length > 0) return request;
        var now = TimeProvider.System.GetUtcNow();
        request.EventId = Guid.CreateVersion7(now).ToString();
        if (request.Sequence == 0) request.Sequence = NextSequence(now);
        return request;
    }

    /// <summary>Microseconds since the Unix epoch, and more than the last one.</summary>
    private long NextSequence(DateTimeOffset now)
    {
        var nowUs = (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        while (true)
        {
            var last = Volatile.Read(ref _lastSequence);
            var next = Math.Max(last + 1, nowUs);
            if (Interlocked.CompareExchange(ref _lastSequence, next, last) == last) return next;
        }
    }

    /// <summary>Sends a write again, with the same content, when a full server says so.</summary>
    private async Task<T> RepeatAsync<T>(
        Func<AsyncUnaryCall<T>> send, CallOptions call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Answer(send(), cancellationToken);
            }
            catch (RpcException e) when (attempt < _options.MaxAttempts && PauseAfter(e, call) is { } pause)
            {
                await Task.Delay(pause, cancellationToken);
            }
        }
    }

    private TimeSpan DeadlineOf(bool record) => record ? _options.RecordDeadline : _options.ClassifyDeadline;

    private static CallOptions Call(TimeSpan limit, CancellationToken cancellationToken) =>
        new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + limit, cancellationToken: cancellationToken);

    private static async Task<T> Answer<T>(AsyncUnaryCall<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call.ResponseAsync;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Status.Detail, e, cancellationToken);
        }
    }

    /// <summary>The pause that a full server asks for, if it ends before the deadline.</summary>
    private static TimeSpan? PauseAfter(RpcException e, CallOptions call) =>
        e.StatusCode == StatusCode.ResourceExhausted && e.GetRetryDelay() is { } delay && EndsBefore(call, delay)
            ? delay
            : null;

    private static bool EndsBefore(CallOptions call, TimeSpan pause) =>
        TimeProvider.System.GetUtcNow().UtcDateTime + pause < call.Deadline;
}
