using AgentStatus.Server.Hosting;
using AgentStatus.Server.Tests.CompanySettings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>The machine's clock is wrong for a while.</summary>
public sealed class ClockJumpTests() : ServerTests(Now)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Jump = TimeSpan.FromDays(30);

    [Fact]
    public async Task What_theServer_makes_up_is_at_most_5_s_ahead_of_its_clock()
    {
        Server.Time.AdjustTime(Now + Jump);
        await Server.Service.RecordAsync(V1.AgentStatus.Online);
        Server.Time.AdjustTime(Now);
        var offline = await Server.Service.RecordAsync(V1.AgentStatus.Offline);
        Assert.Equal(Now.AddMilliseconds(Limits.FutureMs), offline.EffectiveSince.ToDateTimeOffset());
        Assert.Equal(V1.AgentStatus.Offline, offline.EffectiveStatus);

        await Server.RestartAsync();
        var again = await Server.Service.RecordAsync(V1.AgentStatus.Away);
        Assert.Equal(Now.AddMilliseconds(Limits.FutureMs), again.EffectiveSince.ToDateTimeOffset());
    }

    [Fact]
    public void The_clock_is_watched() =>
        Assert.Contains(Server.Part<IEnumerable<IHostedService>>(), service => service is ClockWatch);

    [Fact]
    public async Task A_jump_is_said_once_with_how_far()
    {
        var clock = new JumpingClock();
        using var instruments = new Instruments();
        using var metrics = MeterReadings.Of(instruments.Meter);
        var log = new LogLines();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        using var watch = new ClockWatch(clock, instruments, loggers.CreateLogger<ClockWatch>());
        await watch.StartAsync(CancellationToken.None);
        foreach (var jumped in (TimeSpan[])[TimeSpan.Zero, Jump, Jump, TimeSpan.FromSeconds(0.9), TimeSpan.Zero])
        {
            clock.Jumped = jumped;
            clock.Advance(ServerLimits.ClockCheckInterval);
        }

        string[] said = ["jumped by 2592000000 ms", "jumped by -2591999100 ms"];
        Assert.Equal(said.Length, log.Warnings.Count());
        Assert.All(said.Zip(log.Warnings), line => Assert.Contains(line.First, line.Second));
        Assert.Equal(2, metrics["agentstatus.clock.jumps"]);
    }

    /// <summary>The time that passes does not jump with the clock.</summary>
    private sealed class JumpingClock : FakeTimeProvider
    {
        public TimeSpan Jumped { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jumped;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
