using System.Globalization;
using AgentStatus.Server.Access;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Watching;
using AgentStatus.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using HttpResponse = Microsoft.AspNetCore.Http.HttpResponse;
using RpcStatus = Google.Rpc.Status;

namespace AgentStatus.Server.Grpc;

/// <summary>Every error that an RPC can end with, as agent_status_service.proto promises them.</summary>
internal static class Refusals
{
    /// <summary>INVALID_ARGUMENT: the fields at fault in a BadRequest, up to <see cref="ServerLimits.NamedFaults"/>;
    /// the first in the message.</summary>
    public static RpcException Invalid(IReadOnlyList<(string Field, string Description)> faults)
    {
        var named = faults.Take(ServerLimits.NamedFaults).Select(fault =>
            new BadRequest.Types.FieldViolation { Field = fault.Field, Description = fault.Description });
        var message = $"{faults[0].Field} {faults[0].Description}";
        var others = faults.Count - ServerLimits.NamedFaults;
        if (others > 0) message += $"; and {others} more faults";
        return Rich(StatusCode.InvalidArgument, message, new BadRequest { FieldViolations = { named } });
    }

    /// <summary>INVALID_ARGUMENT for one field.</summary>
    public static RpcException Invalid(string field, string description) => Invalid([(field, description)]);

    /// <summary>A refusal as a part of an answer: of one request of a stream, one event of a batch, or one ring to
    /// keep.</summary>
    public static RingTargetsError OnStream(RpcException refused)
    {
        var faults = refused.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations ?? [];
        return new()
        {
            Code = (int)refused.StatusCode,
            Message = refused.Status.Detail,
            Fields = { faults.Select(at => new FieldFault { Field = at.Field, Description = at.Description }) },
        };
    }

    /// <summary>INVALID_ARGUMENT: the bytes are no such message.</summary>
    public static RpcException Malformed(string reason) =>
        Plain(StatusCode.InvalidArgument, $"the request cannot be read: {reason}");

    /// <summary>RESOURCE_EXHAUSTED: the queue is full.</summary>
    public static RpcException QueueFull() => TryAgain(
        StatusCode.ResourceExhausted,
        $"too many writes are queued (QueuedWrites is {ServerLimits.QueuedWrites}); try again",
        ServerLimits.RetryAfterMs);

    /// <summary>RESOURCE_EXHAUSTED: the queue of rings to keep is full.</summary>
    public static RpcException RingQueueFull() => TryAgain(
        StatusCode.ResourceExhausted,
        $"too many rings to keep are queued (QueuedRings is {ServerLimits.QueuedRings}); try again",
        ServerLimits.RetryAfterMs);

    /// <summary>RESOURCE_EXHAUSTED: the call has more steps than an answer holds.</summary>
    public static RpcException TooManySteps() => Plain(
        StatusCode.ResourceExhausted, $"the call has too many steps (CallSteps is {ServerLimits.CallSteps})");

    /// <summary>RESOURCE_EXHAUSTED: the caller is over a limit of its own.</summary>
    public static RpcException OverLimit(string message, int retryAfterMs) =>
        TryAgain(StatusCode.ResourceExhausted, message, retryAfterMs);

    /// <summary>RESOURCE_EXHAUSTED: the label would be one too many.</summary>
    public static RpcException TooManyLabels(long companyId) => Plain(
        StatusCode.ResourceExhausted,
        $"company {companyId} has too many labels (CompanyLabels is {ServerLimits.CompanyLabels}); use one of them");

    /// <summary>RESOURCE_EXHAUSTED: too many breakdowns wait.</summary>
    public static RpcException TooManyBreakdowns() => TryAgain(
        StatusCode.ResourceExhausted,
        $"too many breakdowns wait (QueuedBreakdowns is {ServerLimits.QueuedBreakdowns}, "
        + $"{ServerLimits.QueuedBreakdownsOfPeer} of an address)",
        ServerLimits.BreakdownRetryAfterMs);

    /// <summary>RESOURCE_EXHAUSTED: those that are under way take too long for another one.</summary>
    public static RpcException BreakdownWait(int most) => TryAgain(
        StatusCode.ResourceExhausted,
        "too many breakdowns are under way: this one would wait for longer than "
        + $"{ServerLimits.BreakdownWait.TotalMilliseconds} ms (BreakdownWait; {most} may be); try again",
        ServerLimits.BreakdownRetryAfterMs);

    /// <summary>RESOURCE_EXHAUSTED: too many watch, or there is too much to watch.</summary>
    public static RpcException NotWatched(WatchRefusal refused) => refused == WatchRefusal.Agents
        ? Plain(
            StatusCode.ResourceExhausted,
            "the company has too many agents to watch them all "
            + $"(WatchedCompanyAgents is {ServerLimits.WatchedCompanyAgents}); name some in agent_ids")
        : TryAgain(
            StatusCode.ResourceExhausted,
            $"too many watch (Watchers is {ServerLimits.Watchers}, {ServerLimits.WatchersOfAddress} of an address)",
            ServerLimits.WatchRetryAfterMs);

    /// <summary>RESOURCE_EXHAUSTED: requests under way hold too much memory.</summary>
    public static RpcException TooMuchUnderWay() => TryAgain(
        StatusCode.ResourceExhausted,
        $"too many requests are under way, or their answers are not read (HeldBytes is {ServerLimits.HeldBytes}, "
        + $"{ServerLimits.HeldBytesOfAddress} of an address, {ServerLimits.HeldBytesOfConnection} of a connection)",
        ServerLimits.RetryAfterMs);

    /// <summary>RESOURCE_EXHAUSTED: the request has too many bytes.</summary>
    public static RpcException MessageTooLong() => Plain(
        StatusCode.ResourceExhausted, $"the request is too long (RequestBytes is {ServerLimits.RequestBytes})");

    /// <summary>RESOURCE_EXHAUSTED: the request of RecordStatuses has too many bytes.</summary>
    public static RpcException BatchTooLong() => Plain(
        StatusCode.ResourceExhausted,
        $"the request is too long (BatchRequestBytes is {ServerLimits.BatchRequestBytes}); send fewer events in one");

    /// <summary>INVALID_ARGUMENT: the rest of a stream's message does not come.</summary>
    public static RpcException HalfSent() => Malformed(
        $"it was not complete in time (MessageWithin is {ServerLimits.MessageWithin.TotalSeconds} s)");

    /// <summary>OUT_OF_RANGE: nothing is kept, and nothing is taken, of instants before the cut.</summary>
    /// <param name="what">The field with the instant, or what has it.</param>
    public static RpcException BeforeCut(string what, long cutMs)
    {
        var earliest = WireTime.Timestamp(cutMs).ToDateTimeOffset().ToString("O", CultureInfo.InvariantCulture);
        return Rich(
            StatusCode.OutOfRange,
            $"{what} lies before {earliest}, from when on data is kept (Retention:KeepFor)",
            new ErrorInfo
            {
                Reason = "BEFORE_RETENTION",
                Domain = "agentstatus.v1",
                Metadata = { ["earliest"] = earliest },
            });
    }

    /// <summary>FAILED_PRECONDITION: other servers have the company.</summary>
    public static RpcException WrongPartition(long companyId, CompanyPartition ours)
    {
        var number = CompanyPartition.NumberOf(companyId, ours.Count);
        return Rich(
            StatusCode.FailedPrecondition,
            $"company {companyId} is in partition {number}/{ours.Count}; this server has {ours} (Companies:Partition)",
            new ErrorInfo
            {
                Reason = "WRONG_PARTITION",
                Domain = "agentstatus.v1",
                Metadata = { ["partition"] = $"{number}", ["partitions"] = $"{ours.Count}" },
            });
    }

    /// <summary>ALREADY_EXISTS: the id stands for another event.</summary>
    public static RpcException OtherContent(string eventId) => Rich(
        StatusCode.AlreadyExists,
        $"event_id {eventId} is stored with other content; use another id",
        new ErrorInfo { Reason = "EVENT_ID_TAKEN", Domain = "agentstatus.v1", Metadata = { ["event_id"] = eventId } });

    /// <summary>ALREADY_EXISTS: something else is kept of the ring.</summary>
    public static RpcException KeptOtherwise() => Rich(
        StatusCode.AlreadyExists,
        "this ring is kept with another outcome or queue_rule; nothing changed",
        new ErrorInfo { Reason = "RING_KEPT_OTHERWISE", Domain = "agentstatus.v1" });

    /// <summary>UNAVAILABLE: what is stored of the agent now would be erased as well.</summary>
    public static RpcException BeingErased() => Unavailable("the agent is being erased; try again");

    /// <summary>RESOURCE_EXHAUSTED: they are done one after the other.</summary>
    public static RpcException TooManyErasures() => TryAgain(
        StatusCode.ResourceExhausted,
        $"too many erasures are under way (ErasuresUnderWay is {ServerLimits.ErasuresUnderWay}); try again",
        ServerLimits.RetryAfterMs);

    /// <summary>UNAVAILABLE: neither the store nor the spool can take it.</summary>
    public static RpcException SpoolFull(string message) =>
        TryAgain(StatusCode.Unavailable, message, ServerLimits.SpoolFullRetryAfterMs);

    /// <summary>FAILED_PRECONDITION: the store has no backup of ours.</summary>
    public static RpcException NoBackup() => Plain(
        StatusCode.FailedPrecondition, "MongoDB has a backup of its own: use mongodump (docs/operations.md)");

    /// <summary>RESOURCE_EXHAUSTED: the copy that another backup reads is there.</summary>
    public static RpcException BackupUnderWay() =>
        Plain(StatusCode.ResourceExhausted, "another backup is under way (one at a time); wait for it to end");

    /// <summary>RESOURCE_EXHAUSTED: a verification reads all of the store.</summary>
    public static RpcException VerificationUnderWay() =>
        Plain(StatusCode.ResourceExhausted, "another verification is under way (one at a time); wait for it to end");

    /// <summary>UNAVAILABLE: the server is starting.</summary>
    public static RpcException NotWarm() =>
        Unavailable("memory is not warm yet: the server has just started and is reading its store");

    /// <summary>UNAVAILABLE: how a stream ends at a stop; the client opens a new one, elsewhere or later.</summary>
    public static RpcException Stopping() => Unavailable("the server is stopping");

    /// <summary>UNAVAILABLE: a breakdown that is clipped needs business hours.</summary>
    public static RpcException HoursNotKnown(long companyId) => Unavailable(
        $"the business hours of company {companyId} could never be fetched; hours_clip NONE needs none");

    /// <summary>FAILED_PRECONDITION: the settings have been wrong from the start; the fields at fault in a
    /// PreconditionFailure, up to <see cref="ServerLimits.NamedFaults"/>.</summary>
    public static RpcException HoursRefused(long companyId, IReadOnlyList<HoursFault> faults)
    {
        var named = faults.Take(ServerLimits.NamedFaults).Select(fault => new PreconditionFailure.Types.Violation
        {
            Type = "BUSINESS_HOURS",
            Subject = fault.Field,
            Description = fault.Message,
        });
        var message = $"the business hours of company {companyId} were refused, and none were good before: "
            + $"{faults[0].Reason}; hours_clip NONE needs none";
        return Rich(StatusCode.FailedPrecondition, message, new PreconditionFailure { Violations = { named } });
    }

    /// <summary>UNAUTHENTICATED, PERMISSION_DENIED or UNAVAILABLE: the caller has not said who it is, may not ask, or
    /// it cannot be found out now.</summary>
    public static RpcException NotAllowed(AccessFault fault) => Rich(
        fault.Kind switch
        {
            AccessFaultKind.Credentials => StatusCode.Unauthenticated,
            AccessFaultKind.Permission => StatusCode.PermissionDenied,
            _ => StatusCode.Unavailable,
        },
        fault.Message,
        new ErrorInfo { Reason = fault.Reason, Domain = "agentstatus.v1" });

    public static RpcException Unavailable(string message) => Plain(StatusCode.Unavailable, message);

    /// <summary>CANCELLED: nobody waits for the answer.</summary>
    public static RpcException Cancelled() => Plain(StatusCode.Cancelled, "the request was cancelled");

    /// <summary>INTERNAL: it failed here, and not through the caller.</summary>
    public static RpcException OurFault() => Plain(StatusCode.Internal, "the server failed; its log says why");

    /// <summary>With the time after which to try again.</summary>
    private static RpcException TryAgain(StatusCode code, string message, int afterMs) =>
        Rich(code, message, new RetryInfo { RetryDelay = WireTime.Duration(afterMs) });

    /// <summary>Whether these headers say that gRPC found a message too long.</summary>
    public static bool IsTooLong(IHeaderDictionary headers) =>
        headers.TryGetValue("grpc-message", out var message) && IsTooLong($"{message}");

    public static bool IsTooLong(string message) =>
        message.Contains("maximum configured message size", StringComparison.Ordinal);

    /// <summary>Makes it an answer of headers only.</summary>
    public static void AnswerTo(this RpcException refusal, HttpResponse response)
    {
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = $"{(int)refusal.StatusCode}";
        response.Headers["grpc-message"] = refusal.Status.Detail;
        foreach (var trailer in refusal.Trailers)
            response.Headers[trailer.Key] =
                trailer.IsBinary ? Convert.ToBase64String(trailer.ValueBytes) : trailer.Value;
    }

    private static RpcException Plain(StatusCode code, string message) => new(new(code, message));

    private static RpcException Rich(StatusCode code, string message, IMessage details) =>
        new RpcStatus { Code = (int)code, Message = message, Details = { Any.Pack(details) } }.ToRpcException();
}
