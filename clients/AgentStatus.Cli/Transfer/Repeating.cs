using Grpc.Core;

namespace AgentStatus.Cli.Transfer;

/// <summary>Does again what a server has no room for now, until it has taken nothing for a minute.</summary>
internal sealed class Repeating
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private long _takenAt = TimeProvider.System.GetTimestamp();

    /// <summary>Whether the same may be taken later.</summary>
    public static bool IsPassing(int code) => (StatusCode)code
        is StatusCode.ResourceExhausted or StatusCode.Unavailable or StatusCode.DeadlineExceeded;

    /// <summary>Something was taken: the minute begins anew.</summary>
    public void Taken() => _takenAt = TimeProvider.System.GetTimestamp();

    /// <summary>Waits before the next attempt.</summary>
    /// <exception cref="CommandFailedException">The minute is over.</exception>
    public Task WaitAsync(string refusal, TimeSpan? asked, CancellationToken cancellationToken) =>
        TimeProvider.System.GetElapsedTime(_takenAt) > Patience
            ? throw new CommandFailedException($"The server takes no more: {refusal}")
            : Task.Delay(asked > Pause ? asked.Value : Pause, cancellationToken);
}
