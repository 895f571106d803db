using AgentStatus.Storage;
using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Calls;

/// <summary>Errors of one request of a stream, as messages: the stream goes on.</summary>
internal static class StreamErrors
{
    public static RingTargetsError Invalid(IReadOnlyList<(string Field, string Description)> faults)
    {
        var error = new RingTargetsError
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = Refusals.InvalidMessage(faults),
        };
        foreach (var (field, description) in faults.Take(Core.Limits.NamedFaults))
            error.Fields.Add(new FieldFault { Field = field, Description = description });
        return error;
    }

    public static RingTargetsError Of(Exception failure) => failure is RpcException refused
        ? new() { Code = (int)refused.StatusCode, Message = refused.Status.Detail }
        : new() { Code = (int)StatusCode.Unavailable, Message = failure is StoreException store ? store.ForClients : failure.Message };
}
