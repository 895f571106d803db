using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>What a refused request says: its code, its message, and the details in grpc-status-details-bin.</summary>
internal sealed class Refused
{
    private readonly Status? _details;

    private Refused(RpcException refused)
    {
        (Code, Message) = (refused.StatusCode, refused.Status.Detail);
        var bytes = refused.Trailers.GetValueBytes("grpc-status-details-bin");
        if (bytes is null) return;
        _details = Status.Parser.ParseFrom(bytes);
        Assert.Equal(((int)Code, Message), (_details.Code, _details.Message));
    }

    public StatusCode Code { get; }

    public string Message { get; }

    /// <summary>The fields of the BadRequest, in order; each has a reason.</summary>
    public IEnumerable<string> Fields
    {
        get
        {
            var violations = Detail<BadRequest>().FieldViolations;
            Assert.All(violations, violation => Assert.NotEmpty(violation.Description));
            return violations.Select(violation => violation.Field);
        }
    }

    public static Refused From(RpcException refused) => new(refused);

    public static async Task<Refused> ByAsync(Func<Task> request) =>
        new(await Assert.ThrowsAsync<RpcException>(request));

    public T Detail<T>()
        where T : class, Google.Protobuf.IMessage, new()
    {
        var any = Assert.Single(_details!.Details);
        Assert.True(any.TryUnpack<T>(out var detail), any.TypeUrl);
        return detail;
    }

    /// <summary>INVALID_ARGUMENT that names exactly these fields, the first in the message.</summary>
    public void AssertInvalid(params string[] fields)
    {
        Assert.True(Code == StatusCode.InvalidArgument, $"{string.Join(", ", fields)}: {Code} {Message}");
        Assert.Equal(fields, Fields);
        Assert.StartsWith($"{fields[0]} ", Message);
    }
}
