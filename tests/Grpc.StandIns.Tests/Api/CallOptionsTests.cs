using Grpc.Core;

namespace Grpc.StandIns.Tests;

public sealed class CallOptionsTests
{
    private static readonly DateTime Noon = new(2026, 7, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Default_options_say_nothing()
    {
        var options = default(CallOptions);

        Assert.Null(options.Headers);
        Assert.Null(options.Deadline);
        Assert.False(options.CancellationToken.CanBeCanceled);
        Assert.Null(options.WriteOptions);
        Assert.Null(options.Credentials);
        Assert.Null(options.PropagationToken);
        Assert.False(options.IsWaitForReady);
    }

    [Fact]
    public void Each_With_changes_one_thing_in_a_copy()
    {
        using var cancellation = new CancellationTokenSource();
        var headers = new Metadata();
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        var original = new CallOptions(deadline: Noon);

        var changed = original
            .WithHeaders(headers)
            .WithCancellationToken(cancellation.Token)
            .WithWriteOptions(new WriteOptions(WriteFlags.NoCompress))
            .WithCredentials(credentials)
            .WithWaitForReady();

        Assert.Equal(Noon, changed.Deadline);
        Assert.Same(headers, changed.Headers);
        Assert.Equal(cancellation.Token, changed.CancellationToken);
        Assert.Equal(WriteFlags.NoCompress, changed.WriteOptions!.Flags);
        Assert.Same(credentials, changed.Credentials);
        Assert.True(changed.IsWaitForReady);
        Assert.Equal(Noon.AddHours(1), changed.WithDeadline(Noon.AddHours(1)).Deadline);
        Assert.False(changed.WithWaitForReady(false).IsWaitForReady);
        Assert.Null(original.Headers);
        Assert.False(original.IsWaitForReady);
    }
}
