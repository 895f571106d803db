using AgentStatus.Core;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace AgentStatus.Server.Calls;

/// <summary>Every error that a call can end with, as agent_status_service.proto promises them.</summary>
internal static class Refusals
{
    private const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>Whose reasons an ErrorInfo gives.</summary>
    private const string Domain = "agentstatus.v1";

    /// <summary>An ErrorInfo's reason: field 1, which Google.Api.CommonProtos 2.0.0 still calls type.</summary>
    private const string EventIdTaken = "EVENT_ID_TAKEN";

    /// <summary>
    /// INVALID_ARGUMENT: the fields at fault in a BadRequest, up to <see cref="Limits.NamedFaults"/>; the first in the
    /// message.
    /// </summary>
    public static RpcException Invalid(IReadOnlyList<(string Field, string Description)> faults)
    {
        var details = new BadRequest();
        foreach (var (field, description) in faults.Take(Limits.NamedFaults))
            details.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = field, Description = description });
        return Rich(StatusCode.InvalidArgument, InvalidMessage(faults), details);
    }

    /// <summary>INVALID_ARGUMENT for one field.</summary>
    public static RpcException Invalid(string field, string description) => Invalid([(field, description)]);

    /// <summary>INVALID_ARGUMENT: the bytes are no such message.</summary>
    /// <param name="message">The message that they should be.</param>
    /// <param name="cause">What the parser says.</param>
    public static RpcException Malformed(string message, InvalidProtocolBufferException cause) =>
        new(new Grpc.Core.Status(StatusCode.InvalidArgument, $"the request is no {message}: {cause.Message}"));

    /// <summary>The message of an INVALID_ARGUMENT: the first fault, and how many are not named at all.</summary>
    public static string InvalidMessage(IReadOnlyList<(string Field, string Description)> faults)
    {
        var first = $"{faults[0].Field} {faults[0].Description}";
        return faults.Count <= Limits.NamedFaults ? first : $"{first}; and {faults.Count - Limits.NamedFaults} more faults";
    }

    /// <summary>RESOURCE_EXHAUSTED: the queue is full; when to try again.</summary>
    public static RpcException QueueFull() => Rich(
        StatusCode.ResourceExhausted,
        $"too many writes are queued (QueuedWrites is {Limits.QueuedWrites}); try again",
        new RetryInfo { RetryDelay = WireTime.Duration(Limits.RetryAfterMs) });

    /// <summary>RESOURCE_EXHAUSTED: too many breakdowns wait; when to try again.</summary>
    public static RpcException TooManyBreakdowns() => Rich(
        StatusCode.ResourceExhausted,
        $"too many breakdowns wait (QueuedBreakdowns is {Limits.QueuedBreakdowns}, {Limits.QueuedBreakdownsOfPeer} of an address)",
        new RetryInfo { RetryDelay = WireTime.Duration(Limits.BreakdownRetryAfterMs) });

    /// <summary>ALREADY_EXISTS: the id stands for another event.</summary>
    public static RpcException OtherContent(string eventId) => Rich(
        StatusCode.AlreadyExists,
        $"event_id {eventId} is stored with other content; use another id",
        new ErrorInfo { Type = EventIdTaken, Domain = Domain, Metadata = { ["event_id"] = eventId } });

    /// <summary>UNAVAILABLE: neither the store nor the spool can take it; when to try again.</summary>
    public static RpcException SpoolFull(string message) =>
        Rich(StatusCode.Unavailable, message, new RetryInfo { RetryDelay = WireTime.Duration(Limits.SpoolFullRetryAfterMs) });

    public static RpcException NotWarm() =>
        Unavailable("memory is not warm yet: the server has just started and is reading its store");

    public static RpcException Unavailable(string message) => new(new Grpc.Core.Status(StatusCode.Unavailable, message));

    private static RpcException Rich(StatusCode code, string message, IMessage details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message, Details = { Any.Pack(details) } };
        var trailers = new Metadata { { DetailsTrailer, status.ToByteArray() } };
        return new RpcException(new Grpc.Core.Status(code, message), trailers);
    }
}
