using System.Collections.Concurrent;
using Grpc.Core;
using HdrHistogram;

namespace AgentStatus.Cli.Load;

/// <summary>What a load has measured: latencies from when a call was due, and errors. Safe for all threads.</summary>
internal sealed class LoadFigures
{
    /// <summary>Latencies beyond an hour count as an hour.</summary>
    private const long MostMicroseconds = 3_600_000_000;

    private readonly Lock _gate = new();
    private readonly LongHistogram _latencies = new(1, MostMicroseconds, 3);
    private readonly ConcurrentDictionary<StatusCode, long> _errors = new();

    /// <summary>From the first call to when the last one was sent.</summary>
    public TimeSpan Elapsed { get; set; }

    public IReadOnlyDictionary<StatusCode, long> Errors => _errors;

    public void Answered(TimeSpan latency)
    {
        var microseconds = Math.Clamp((long)latency.TotalMicroseconds, 1, MostMicroseconds);
        lock (_gate) _latencies.RecordValue(microseconds);
    }

    public void Failed(StatusCode code, TimeSpan latency)
    {
        _errors.AddOrUpdate(code, 1, (_, count) => count + 1);
        Answered(latency);
    }

    /// <summary>The latencies so far, percentiles to three digits.</summary>
    public LatencySummary Summary()
    {
        lock (_gate)
            return new LatencySummary(_latencies.TotalCount, At(50), At(90), At(99), At(99.9), At(100));

        TimeSpan At(double percentile) => TimeSpan.FromMicroseconds(
            _latencies.TotalCount == 0 ? 0 : _latencies.GetValueAtPercentile(percentile));
    }
}

/// <summary>How many calls have ended, and how late.</summary>
internal readonly record struct LatencySummary(
    long Ended, TimeSpan P50, TimeSpan P90, TimeSpan P99, TimeSpan P999, TimeSpan Max);
