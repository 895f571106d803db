using AgentStatus.Server.Hosting;
using AgentStatus.Server.Tests.CompanySettings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>A process that runs out of threads or descriptors says so.</summary>
public sealed class ProcessWatchTests : IDisposable
{
    private const int Plenty = 1_000_000;

    private readonly FakeTimeProvider _clock = new();
    private readonly LogLines _log = new();
    private readonly Instruments _instruments = new();
    private readonly ILoggerFactory _loggers;
    private readonly MeterReadings _metrics;

    public ProcessWatchTests()
    {
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        _metrics = MeterReadings.Of(_instruments.Meter);
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _instruments.Dispose();
        _loggers.Dispose();
    }

    [Fact]
    public async Task The_server_is_watched()
    {
        await using var server = await TestServer.StartAsync(DateTimeOffset.UnixEpoch.AddYears(56));
        Assert.Contains(server.Part<IEnumerable<IHostedService>>(), service => service is ProcessWatch);
    }

    [Fact]
    public async Task A_pool_that_does_not_come_to_it_is_said_once_a_minute_with_a_metric()
    {
        Action? waiting = null;
        using var watch = await StartAsync(look => waiting = look, Plenty);
        Look(watch, seconds: 2);
        Assert.Empty(_log.Warnings);

        Look(watch, seconds: 58);
        Assert.Contains("The thread pool has not come to new work", Assert.Single(_log.Warnings));
        Assert.InRange(_metrics["agentstatus.pool.delay"], 58, 60);

        Look(watch, seconds: 10);
        Assert.Equal(2, _log.Warnings.Count());
        waiting!();
        Assert.Equal(0, _metrics["agentstatus.pool.delay"]);
    }

    [Fact]
    public async Task A_pool_that_works_and_descriptors_enough_are_not_worth_a_word()
    {
        using var watch = await StartAsync(look => look(), Plenty);
        Look(watch, seconds: 100);
        Assert.Empty(_log.Warnings);
        Assert.Equal(0, _metrics["agentstatus.pool.delay"]);
        Assert.InRange(_metrics["agentstatus.descriptors"], 3, Plenty);
    }

    [Fact]
    public async Task Descriptors_that_run_out_are_said_once_a_minute()
    {
        using var watch = await StartAsync(look => look(), ServerLimits.FreeDescriptors);
        Look(watch, seconds: 59);
        Assert.Contains("File descriptors run out", Assert.Single(_log.Warnings));
        Look(watch, seconds: 10);
        Assert.Equal(2, _log.Warnings.Count());
    }

    /// <summary>On the test's clock: its own thread looks by the machine's, and not before this is over.</summary>
    private async Task<ProcessWatch> StartAsync(Action<Action> runOnPool, int descriptors)
    {
        var logger = _loggers.CreateLogger<ProcessWatch>();
        var watch = new ProcessWatch(_instruments, logger, _clock, runOnPool, descriptors);
        await watch.StartAsync(CancellationToken.None);
        await watch.StopAsync(CancellationToken.None);
        return watch;
    }

    private void Look(ProcessWatch watch, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            watch.Check();
            _clock.Advance(ServerLimits.ProcessCheckInterval);
        }
    }
}
