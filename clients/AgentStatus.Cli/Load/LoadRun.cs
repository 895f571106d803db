using System.Collections.Concurrent;
using Grpc.Core;
using HdrHistogram;

namespace AgentStatus.Cli.Load;

/// <summary>An open loop: calls start when they are due, whether or not earlier ones were answered, as the calls of
/// many independent callers do. A latency counts from when its call was due, not from when it could be sent: a server
/// that stalls makes all calls late that were due meanwhile, and hides none (coordinated omission).</summary>
internal sealed class LoadRun(
    double ratePerSecond, TimeSpan duration, Func<long, CancellationToken, Task> call, TimeProvider clock)
{
    /// <summary>Calls under way at most; later ones wait, and their latency counts on.</summary>
    private const int OutstandingCalls = 10_000;

    /// <summary>Latencies beyond an hour count as an hour.</summary>
    private const long MostMicroseconds = 3_600_000_000;

    /// <summary>How long unanswered calls are waited for at the end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly SemaphoreSlim _places = new(OutstandingCalls);
    private readonly Lock _gate = new();
    private readonly LongHistogram _latencies = new(1, MostMicroseconds, 3);
    private readonly ConcurrentDictionary<StatusCode, long> _errors = new();

    /// <summary>From the first call to when the last one was sent.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Failed calls so far. Any thread.</summary>
    public IReadOnlyDictionary<StatusCode, long> Errors => _errors;

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

        Elapsed = clock.GetElapsedTime(start);
        for (var place = 0; place < OutstandingCalls && await _places.WaitAsync(Patience, cancellationToken);)
            place++;
    }

    /// <summary>The latencies so far, percentiles to three digits. Any thread.</summary>
    public LatencySummary Summary()
    {
        lock (_gate)
            return new LatencySummary(_latencies.TotalCount, At(50), At(90), At(99), At(99.9), At(100));

        TimeSpan At(double percentile) => TimeSpan.FromMicroseconds(
            _latencies.TotalCount == 0 ? 0 : _latencies.GetValueAtPercentile(percentile));
    }

    private async Task CallAsync(long number, long dueTimestamp, CancellationToken cancellationToken)
    {
        try
        {
            await call(number, cancellationToken);
            Ended(dueTimestamp);
        }
        catch (RpcException failure)
        {
            _errors.AddOrUpdate(failure.StatusCode, 1, (_, count) => count + 1);
            Ended(dueTimestamp);
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            _places.Release();
        }
    }

    private void Ended(long dueTimestamp)
    {
        var latency = (long)clock.GetElapsedTime(dueTimestamp).TotalMicroseconds;
        lock (_gate) _latencies.RecordValue(Math.Clamp(latency, 1, MostMicroseconds));
    }
}

/// <summary>How many calls have ended, and how late.</summary>
internal readonly record struct LatencySummary(
    long Ended, TimeSpan P50, TimeSpan P90, TimeSpan P99, TimeSpan P999, TimeSpan Max);
