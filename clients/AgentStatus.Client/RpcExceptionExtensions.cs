using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace AgentStatus.Client;

/// <summary>Reads what the server says about an error beside its status code.</summary>
public static class RpcExceptionExtensions
{
    /// <summary>Every field at fault of a request refused with InvalidArgument; empty for other errors.</summary>
    /// <example><code>
    /// catch (RpcException e) when (e.StatusCode == StatusCode.InvalidArgument)
    /// {
    ///     foreach (var fault in e.GetFieldViolations())
    ///         Console.Error.WriteLine($"{fault.Field}: {fault.Description}");
    /// }
    /// </code></example>
    public static IReadOnlyList<BadRequest.Types.FieldViolation> GetFieldViolations(this RpcException exception) =>
        exception.FindDetail<BadRequest>()?.FieldViolations ?? [];

    /// <summary>After which pause to try again, if the server says so (RESOURCE_EXHAUSTED); else null.</summary>
    public static TimeSpan? GetRetryDelay(this RpcException exception) =>
        exception.FindDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan();

    /// <summary>Which of how many parts has the company, where the server that was asked has another one
    /// (FailedPrecondition, WRONG_PARTITION: companies are divided otherwise than this client's options say); else
    /// null.</summary>
    public static (int Number, int Count)? GetRightPartition(this RpcException exception) =>
        exception.FindDetail<ErrorInfo>() is { Reason: "WRONG_PARTITION" } info
        && int.TryParse(info.Metadata.GetValueOrDefault("partition"), CultureInfo.InvariantCulture, out var number)
        && int.TryParse(info.Metadata.GetValueOrDefault("partitions"), CultureInfo.InvariantCulture, out var count)
            ? (number, count)
            : null;

    /// <summary>An error of one request on a stream, as a unary RPC would have thrown it.</summary>
    internal static RpcException ToException(this RingTargetsError error)
    {
        var status = new Google.Rpc.Status { Code = error.Code, Message = error.Message };
        if (error.Fields.Count > 0)
        {
            var faults = error.Fields.Select(
                f => new BadRequest.Types.FieldViolation { Field = f.Field, Description = f.Description });
            status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { faults } }));
        }

        return status.ToRpcException();
    }

    private static T? FindDetail<T>(this RpcException exception)
        where T : class, IMessage<T>, new()
    {
        try
        {
            return exception.GetRpcStatus()?.GetDetail<T>();
        }
        catch (InvalidProtocolBufferException)
        {
            // Details that are not google.rpc.Status are another proxy's business: the status code still stands.
            return null;
        }
    }
}
