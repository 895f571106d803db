using Grpc.Core;

namespace Grpc.StandIns.Tests;

public sealed class StatusTests
{
    [Fact]
    public void The_codes_have_their_numbers_on_the_wire()
    {
        // As the specification lists them, from 0.
        StatusCode[] codes =
        [
            StatusCode.OK, StatusCode.Cancelled, StatusCode.Unknown, StatusCode.InvalidArgument,
            StatusCode.DeadlineExceeded, StatusCode.NotFound, StatusCode.AlreadyExists, StatusCode.PermissionDenied,
            StatusCode.ResourceExhausted, StatusCode.FailedPrecondition, StatusCode.Aborted, StatusCode.OutOfRange,
            StatusCode.Unimplemented, StatusCode.Internal, StatusCode.Unavailable, StatusCode.DataLoss,
            StatusCode.Unauthenticated,
        ];

        Assert.Equal(Enumerable.Range(0, 17), codes.Select(code => (int)code));
        Assert.Equal(17, Enum.GetValues<StatusCode>().Length);
    }

    [Fact]
    public void A_status_prints_what_it_has()
    {
        Assert.Equal(
            "Status(StatusCode=\"NotFound\", Detail=\"gone\")", new Status(StatusCode.NotFound, "gone").ToString());
        Assert.Contains(
            "System.IO.IOException: broken",
            new Status(StatusCode.Internal, "", new IOException("broken")).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_statuses_are_OK_and_Cancelled()
    {
        Assert.Equal(StatusCode.OK, Status.DefaultSuccess.StatusCode);
        Assert.Equal("", Status.DefaultSuccess.Detail);
        Assert.Equal(StatusCode.Cancelled, Status.DefaultCancelled.StatusCode);
    }

    [Fact]
    public void An_exception_carries_status_trailers_message_and_cause()
    {
        var cause = new IOException("broken");
        var status = new Status(StatusCode.Unavailable, "try later", cause);
        var trailers = new Metadata { { "key", "value" } };

        var exception = new RpcException(status, trailers);

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Equal("try later", exception.Status.Detail);
        Assert.Same(trailers, exception.Trailers);
        Assert.Same(cause, exception.InnerException);
        Assert.Equal(status.ToString(), exception.Message);
        Assert.Equal("mine", new RpcException(status, "mine").Message);
        Assert.Same(Metadata.Empty, new RpcException(status).Trailers);
        Assert.Throws<ArgumentNullException>(() => new RpcException(status, (Metadata)null!));
    }
}
