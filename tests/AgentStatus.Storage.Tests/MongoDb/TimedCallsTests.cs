using System.Diagnostics;
using AgentStatus.Storage.MongoDb;
using AgentStatus.Storage.MongoDb.Driver;
using AgentStatus.Storage.Tests.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>
/// Calls that hang, as a driver's call does when the network is gone. The connection contacts nobody.
/// </summary>
public sealed class TimedCallsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly MongoConnection _connection;
    private readonly TimedCalls _calls;
    private readonly ManualResetEventSlim _release = new();

    public TimedCallsTests()
    {
        TestMongo.RequireLibrary();
        _connection = MongoConnection.Open("mongodb://127.0.0.1:1", "nowhere", TestMongo.Patient);
        _calls = new(_connection, Limit, "test-calls");
    }

    public void Dispose()
    {
        _release.Set();
        _calls.Dispose();
        _connection.Dispose();
        _release.Dispose();
    }

    [Fact]
    public void Make_GivesWhatTheCallGives() => Assert.Equal(7, _calls.Make((_, _) => 7));

    [Fact]
    public void Make_ThrowsWhatTheCallThrows()
    {
        var failure = new MongoException(MongoErrorDomain.Server, 8, "no");

        Assert.Same(failure, Assert.Throws<MongoException>(() => _calls.Make<int>((_, _) => throw failure)));
        Assert.Equal(7, _calls.Make((_, _) => 7));
    }

    [Fact]
    public void Make_OfACallThatHangs_ThrowsWithinTheLimitAndThenAtOnce()
    {
        var refused = Assert.Throws<StoreUnreachableException>(Hang);
        Assert.Contains("127.0.0.1:1 ", refused.Message, StringComparison.Ordinal);

        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 100; i++)
            Assert.Throws<StoreUnreachableException>(() => _calls.Make((_, _) => 7));

        Assert.True(Stopwatch.GetElapsedTime(started) < 50 * Limit, "a refusal waits for nothing");
        Assert.Throws<StoreUnreachableException>(_calls.RequireIdle);
    }

    [Fact]
    public void Make_AfterTheHangingCallReturned_Works()
    {
        Assert.Throws<StoreUnreachableException>(Hang);
        _release.Set();

        Assert.True(SpinWait.SpinUntil(IsIdle, Soon));
        Assert.Equal(7, _calls.Make((_, _) => 7));
    }

    [Fact]
    public async Task Make_FromManyThreads_MakesOneCallAtATime()
    {
        using var patient = new TimedCalls(_connection, Soon, "patient-calls");
        var (running, made) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                patient.Make((_, _) =>
                {
                    Assert.Equal(1, Interlocked.Increment(ref running));
                    made++;
                    return Interlocked.Decrement(ref running);
                });
            }
        })));

        Assert.Equal(8 * 50, made);
    }

    [Fact]
    public void Dispose_WhileACallHangs_Returns()
    {
        Assert.Throws<StoreUnreachableException>(Hang);

        _calls.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _calls.Make((_, _) => 7));
    }

    private void Hang() => _calls.Make((_, _) =>
    {
        _release.Wait(Soon);
        return 0;
    });

    private bool IsIdle()
    {
        try
        {
            _calls.RequireIdle();
            return true;
        }
        catch (StoreUnreachableException)
        {
            return false;
        }
    }
}
