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

    /// <summary>
    /// INVALID_ARGUMENT: every field at fault in a BadRequest, the first in the message. Where they are more than a client
    /// takes, the last violation tells how many more there are.
    /// </summary>
    public static RpcException Invalid(IReadOnlyList<(string Field, string Description)> faults)
    {
        var details = new BadRequest();
        var bytes = 0;
        foreach (var (field, description) in faults)
        {
            var violation = new BadRequest.Types.FieldViolation { Field = field, Description = Cut(description) };
            details.FieldViolations.Add(violation);
            bytes += violation.CalculateSize();
            var more = faults.Count - details.FieldViolations.Count;
            if (bytes <= Limits.ErrorDetailBytes || more == 0) continue;
            violation.Description += $" (and {more} more; ErrorDetailBytes is {Limits.ErrorDetailBytes})";
            break;
        }

        return Rich(StatusCode.InvalidArgument, InvalidMessage(faults), details);
    }

    /// <summary>INVALID_ARGUMENT for one field.</summary>
    public static RpcException Invalid(string field, string description) => Invalid([(field, description)]);

    /// <summary>INVALID_ARGUMENT: the bytes are no such message.</summary>
    public static RpcException Malformed(string message, Exception cause) =>
        new(new Grpc.Core.Status(StatusCode.InvalidArgument, $"the request is no {message}: {cause.Message}"));

    /// <summary>The message of an INVALID_ARGUMENT.</summary>
    public static string InvalidMessage(IReadOnlyList<(string Field, string Description)> faults) =>
        $"{faults[0].Field} {Cut(faults[0].Description)}";

    /// <summary>RESOURCE_EXHAUSTED: the queue is full; when to try again.</summary>
    public static RpcException QueueFull() => Rich(
        StatusCode.ResourceExhausted,
        $"too many writes are queued (QueuedWrites is {Limits.QueuedWrites}); try again",
        new RetryInfo { RetryDelay = WireTime.Duration(Limits.RetryAfterMs) });

    /// <summary>ALREADY_EXISTS: the id stands for another event.</summary>
    public static RpcException OtherContent(string eventId) => new(new Grpc.Core.Status(
        StatusCode.AlreadyExists, $"event_id {eventId} is stored with other content; use another id"));

    public static RpcException NotWarm() =>
        Unavailable("memory is not warm yet: the server has just started and is reading its store");

    public static RpcException Unavailable(string message) => new(new Grpc.Core.Status(StatusCode.Unavailable, message));

    private static string Cut(string text) =>
        text.Length <= Limits.ErrorTextCharacters ? text : string.Concat(text.AsSpan(0, Limits.ErrorTextCharacters), "...");

    private static RpcException Rich(StatusCode code, string message, IMessage details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message, Details = { Any.Pack(details) } };
        var trailers = new Metadata { { DetailsTrailer, status.ToByteArray() } };
        return new RpcException(new Grpc.Core.Status(code, message), trailers);
    }
}
