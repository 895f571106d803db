using System.Diagnostics;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// Makes calls into the driver on a thread of its own, one at a time, and waits for each no longer than its limit:
/// the driver's own time-outs add up to more. A call that takes longer goes on alone; until it returns, further ones
/// fail at once.
/// </summary>
internal sealed class TimedCalls : IDisposable
{
    private readonly MongoConnection _connection;
    private readonly TimeSpan _limit;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SemaphoreSlim _begin = new(0);
    private readonly Thread _thread;
    private volatile Call? _call;
    private volatile bool _disposed;

    public TimedCalls(MongoConnection connection, TimeSpan limit, string name)
    {
        _connection = connection;
        _limit = limit;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Refuses while an earlier call has not returned.</summary>
    /// <exception cref="StoreUnreachableException">One has not.</exception>
    public void RequireIdle()
    {
        if (_call is not null)
        {
            throw new StoreUnreachableException(
                $"MongoDB at {_connection.Description} has not answered an earlier call yet.");
        }
    }

    /// <summary>Makes the call; where others call from other threads, waits for its turn within the limit.</summary>
    /// <param name="work">Is given a client and how much time is left; what it throws is thrown here.</param>
    /// <exception cref="StoreUnreachableException">It took too long, or an earlier one still does.</exception>
    public T Make<T>(Func<MongoClient, TimeLeft, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var left = new TimeLeft(_limit);
        if (!_turn.Wait(left.Time))
            throw TooLate();
        try
        {
            RequireIdle();
            T? result = default;
            var call = new Call(client => result = work(client, left));
            _call = call;
            _begin.Release();
            if (!call.Done.Wait(left.Time))
                throw TooLate();
            call.Failure?.Throw();
            return result!;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits for a call that is under way, within the limit.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _begin.Release();
        _thread.Join(_limit);
    }

    private StoreUnreachableException TooLate() =>
        new($"MongoDB at {_connection.Description} has not answered within {_limit.TotalMilliseconds:0} ms.");

    private void Run()
    {
        while (true)
        {
            _begin.Wait();
            if (_call is not { } call)
                return;
            try
            {
                using var client = _connection.Rent();
                call.Work(client);
            }
            catch (Exception failure)
            {
                call.Failure = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(failure);
            }

            _call = null;
            call.Done.Set();
        }
    }

    private sealed class Call(Action<MongoClient> work)
    {
        public Action<MongoClient> Work => work;

        public ManualResetEventSlim Done { get; } = new();

        public System.Runtime.ExceptionServices.ExceptionDispatchInfo? Failure { get; set; }
    }
}

/// <summary>What is left of a limit, from now on.</summary>
internal readonly struct TimeLeft(TimeSpan limit)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    public TimeSpan Time => TimeSpan.FromTicks(Math.Max(0, (limit - Stopwatch.GetElapsedTime(_started)).Ticks));

    public bool IsOver => Time == TimeSpan.Zero;
}
