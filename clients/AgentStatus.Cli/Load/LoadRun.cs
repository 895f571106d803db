using Grpc.Core;

namespace AgentStatus.Cli.Load;

/// <summary>An open loop: calls start when they are due, whether or not earlier ones were answered, as the calls of
/// many independent callers do. A latency counts from when its call was due, not from when it could be sent: a server
/// that stalls makes all calls late that were due meanwhile, and hides none (coordinated omission).</summary>
internal sealed class LoadRun(
    double ratePerSecond, TimeSpan duration, Func<long, CancellationToken, Task> call, TimeProvider clock)
{
    /// <summary>Calls under way at most; later ones wait, and their latency counts on.</summary>
    public const int OutstandingCalls = 10_000;

    /// <summary>How long unanswered calls are waited for at the end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly SemaphoreSlim _places = new(OutstandingCalls);

    /// <summary>What has been measured so far; any thread may look.</summary>
    public LoadFigures Figures { get; } = new();

    /// <summary>Runs until all calls are answered, or waited for long enough.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var total = (long)Math.Ceiling(ratePerSecond * duration.TotalSeconds);
        using var ticks = new PeriodicTimer(Tick, clock);
        var start = clock.GetTimestamp();
        for (long number = 0; number < total;)
        {
            var due = (long)(clock.GetElapsedTime(start).TotalSeconds * ratePerSecond);
            for (; number < Math.Min(due + 1, total); number++)
            {
                await _places.WaitAsync(cancellationToken);
                var dueTimestamp = start + (long)(number / ratePerSecond * clock.TimestampFrequency);
                _ = CallAsync(number, dueTimestamp, cancellationToken);
            }

            if (number < total) await ticks.WaitForNextTickAsync(cancellationToken);
        }

        Figures.Elapsed = clock.GetElapsedTime(start);
        for (var place = 0; place < OutstandingCalls && await _places.WaitAsync(Patience, cancellationToken);)
            place++;
    }

    private async Task CallAsync(long number, long dueTimestamp, CancellationToken cancellationToken)
    {
        try
        {
            await call(number, cancellationToken);
            Figures.Answered(clock.GetElapsedTime(dueTimestamp));
        }
        catch (RpcException failure)
        {
            Figures.Failed(failure.StatusCode, clock.GetElapsedTime(dueTimestamp));
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            _places.Release();
        }
    }
}
