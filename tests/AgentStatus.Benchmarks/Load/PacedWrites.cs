using System.Diagnostics;
using AgentStatus.Benchmarks.Samples;

namespace AgentStatus.Benchmarks.Load;

/// <summary>Status changes at a fixed rate, in the background until it is disposed of.</summary>
internal sealed class PacedWrites : IFrameReceiver, IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly Http2Connection _connection;
    private readonly StatusReports _reports;
    private readonly int _perStep;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Task _running;
    private int _underWay;

    public PacedWrites(int port, int agents, int perSecond)
    {
        _connection = new Http2Connection(port, StatusReports.Method);
        _reports = new StatusReports(99, agents);
        _perStep = (int)(perSecond * Step.TotalSeconds);
        _running =
            Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public void Arrived()
    {
    }

    public void Content(int stream, ReadOnlySpan<byte> bytes)
    {
    }

    public void Ended(int stream) => _underWay--;

    public void Dispose()
    {
        _stop.Set();
        _running.Wait();
        _connection.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        var started = Stopwatch.GetTimestamp();
        for (var step = 1; !_stop.IsSet; step++)
        {
            for (; _underWay < _perStep; _underWay++) _connection.BeginCall(_reports.NextRequest(), isLast: true);
            _connection.Flush();
            while (_underWay > 0) _connection.Receive(this);
            var rest = (step * Step) - Stopwatch.GetElapsedTime(started);
            if (rest > TimeSpan.Zero) _stop.Wait(rest);
        }
    }
}
