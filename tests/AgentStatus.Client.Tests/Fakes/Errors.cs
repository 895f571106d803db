using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace AgentStatus.Client.Tests.Fakes;

/// <summary>Errors as the server sends them.</summary>
internal static class Errors
{
    public static RpcException Of(StatusCode code) => new(new(code, "for a test"));

    public static RpcException Full(TimeSpan retryDelay) =>
        Of(StatusCode.ResourceExhausted, new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryDelay) });

    public static RpcException Bad(params (string Field, string Description)[] faults) => Of(
        StatusCode.InvalidArgument,
        new BadRequest
        {
            FieldViolations =
            {
                faults.Select(fault => new BadRequest.Types.FieldViolation
                {
                    Field = fault.Field,
                    Description = fault.Description,
                }),
            },
        });

    private static RpcException Of(StatusCode code, IMessage detail)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = "for a test", Details = { Any.Pack(detail) } };
        return new(new(code, "for a test"), new Metadata { { "grpc-status-details-bin", status.ToByteArray() } });
    }
}
