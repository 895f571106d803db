using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace AgentStatus.Server.Grpc;

/// <summary>Every error that an RPC can end with, as agent_status_service.proto promises them.</summary>
internal static class Refusals
{
    /// <summary>Whose reasons an ErrorInfo gives.</summary>
    private const string Domain = "agentstatus.v1";

    /// <summary>An ErrorInfo's reason.</summary>
    private const string EventIdTaken = "EVENT_ID_TAKEN";

    /// <summary>INVALID_ARGUMENT: the fields at fault in a BadRequest, up to <see cref="ServerLimits.NamedFaults"/>;
    /// the first in the message.</summary>
    public static RpcException Invalid(IReadOnlyList<(string Field, string Description)> faults)
    {
        var named = faults.Take(ServerLimits.NamedFaults).Select(fault =>
            new BadRequest.Types.FieldViolation { Field = fault.Field, Description = fault.Description });
        var details = new BadRequest { FieldViolations = { named } };
        return Rich(StatusCode.InvalidArgument, InvalidMessage(faults), details);
    }

    /// <summary>INVALID_ARGUMENT for one field.</summary>
    public static RpcException Invalid(string field, string description) => Invalid([(field, description)]);

    /// <summary>The same for one request of a stream, as a message: the stream goes on.</summary>
    public static RingTargetsError InvalidOnStream(IReadOnlyList<(string Field, string Description)> faults)
    {
        var error = new RingTargetsError { Code = (int)StatusCode.InvalidArgument, Message = InvalidMessage(faults) };
        foreach (var (field, description) in faults.Take(ServerLimits.NamedFaults))
            error.Fields.Add(new FieldFault { Field = field, Description = description });
        return error;
    }

    /// <summary>UNAVAILABLE for one request of a stream.</summary>
    public static RingTargetsError UnavailableOnStream(string message) =>
        new() { Code = (int)StatusCode.Unavailable, Message = message };

    /// <summary>INVALID_ARGUMENT: the bytes are no such message.</summary>
    public static RpcException Malformed(string reason) =>
        Plain(StatusCode.InvalidArgument, $"the request cannot be read: {reason}");

    /// <summary>RESOURCE_EXHAUSTED: the queue is full; when to try again.</summary>
    public static RpcException QueueFull() => Rich(
        StatusCode.ResourceExhausted,
        $"too many writes are queued (QueuedWrites is {ServerLimits.QueuedWrites}); try again",
        new RetryInfo { RetryDelay = WireTime.Duration(ServerLimits.RetryAfterMs) });

    /// <summary>RESOURCE_EXHAUSTED: too many breakdowns wait; when to try again.</summary>
    public static RpcException TooManyBreakdowns() => Rich(
        StatusCode.ResourceExhausted,
        $"too many breakdowns wait (QueuedBreakdowns is {ServerLimits.QueuedBreakdowns}, {ServerLimits.QueuedBreakdownsOfPeer} of an address)",
        new RetryInfo { RetryDelay = WireTime.Duration(ServerLimits.BreakdownRetryAfterMs) });

    /// <summary>ALREADY_EXISTS: the id stands for another event.</summary>
    public static RpcException OtherContent(string eventId) => Rich(
        StatusCode.AlreadyExists,
        $"event_id {eventId} is stored with other content; use another id",
        new ErrorInfo { Reason = EventIdTaken, Domain = Domain, Metadata = { ["event_id"] = eventId } });

    /// <summary>UNAVAILABLE: neither the store nor the spool can take it; when to try again.</summary>
    public static RpcException SpoolFull(string message) => Rich(
        StatusCode.Unavailable,
        message,
        new RetryInfo { RetryDelay = WireTime.Duration(ServerLimits.SpoolFullRetryAfterMs) });

    /// <summary>The message of <see cref="NotWarm"/>.</summary>
    public const string NotWarmMessage = "memory is not warm yet: the server has just started and is reading its store";

    /// <summary>UNAVAILABLE: the server is starting.</summary>
    public static RpcException NotWarm() => Unavailable(NotWarmMessage);

    /// <summary>UNAVAILABLE: how a stream ends at a stop; the client opens a new one, elsewhere or later.</summary>
    public static RpcException Stopping() => Unavailable("the server is stopping");

    /// <summary>UNAVAILABLE: a breakdown that is clipped needs business hours.</summary>
    public static RpcException HoursNotKnown(long companyId) => Unavailable(
        $"the business hours of company {companyId} could never be fetched; hours_clip NONE needs none");

    public static RpcException Unavailable(string message) => Plain(StatusCode.Unavailable, message);

    /// <summary>CANCELLED: nobody waits for the answer.</summary>
    public static RpcException Cancelled() => Plain(StatusCode.Cancelled, "the request was cancelled");

    /// <summary>INTERNAL: it failed here, and not through the caller.</summary>
    public static RpcException OurFault() => Plain(StatusCode.Internal, "the server failed; its log says why");

    /// <summary>The message of an INVALID_ARGUMENT: the first fault, and how many are not named at all.</summary>
    private static string InvalidMessage(IReadOnlyList<(string Field, string Description)> faults)
    {
        var first = $"{faults[0].Field} {faults[0].Description}";
        var others = faults.Count - ServerLimits.NamedFaults;
        return others <= 0 ? first : $"{first}; and {others} more faults";
    }

    private static RpcException Plain(StatusCode code, string message) => new(new(code, message));

    private static RpcException Rich(StatusCode code, string message, IMessage details) =>
        new RpcStatus { Code = (int)code, Message = message, Details = { Any.Pack(details) } }.ToRpcException();
}
