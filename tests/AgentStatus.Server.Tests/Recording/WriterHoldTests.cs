using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using AgentStatus.Core.Hours;
using AgentStatus.Server.Recording;

namespace AgentStatus.Server.Tests.Recording;

/// <summary>How long the writer works before it looks at its queue again, by the processor time of its thread, while one
/// agent or company makes as much work as it can: others' events wait for that. Repeated, since a garbage collection or a
/// page fault can fall into it.</summary>
public sealed class WriterHoldTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Repeats = 6;
    private const int LongHistory = 300_000;
    private const int OfOneInstant = 2_000;
    private const int EndingCalls = 20_000;
    private const long LongAgent = 1;
    private const long Other = 2;
    private const long HoursCompany = 5;
    private const string Hours = "the largest hours";
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(20);

    /// <summary>Of one row of 12 MB: docs/security.md, known gaps.</summary>
    private static readonly TimeSpan MostOfHours = TimeSpan.FromMilliseconds(100);

    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    private TestServer _server = null!;
    private readonly List<(string What, TimeSpan Held)> _held = [];
    private TimeSpan _before;
    private TimeSpan _longest;
    private int _ids;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(Now);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact, Slow]
    public async Task No_agent_and_no_batch_holds_the_writer_for_longer_than_20_ms()
    {
        if (!OperatingSystem.IsLinux()) return;
        await FillAsync();
        var writer = _server.Part<StatusWriter>();
        await writer.RunAsync(() => writer.AddMaintenance(Note), CancellationToken.None);
        await HoldAsync("one event", () => RecordAsync(Other, Now));
        await HoldAsync("late into a long history", () => RecordAsync(LongAgent, Now.AddDays(-30)));
        await HoldAsync("before a long history", () => RecordAsync(LongAgent, Now.AddDays(-200)));
        await HoldAsync("at the end of a long history", () => RecordAsync(LongAgent, Now));
        await HoldAsync("of one instant", () => Task.WhenAll(
            Enumerable.Range(0, OfOneInstant).Select(_ => RecordAsync(3, Now))));
        await HoldAsync("calls that run out", () =>
        {
            _server.Time.Advance(TimeSpan.FromHours(13));
            return Task.CompletedTask;
        });

        // Last: later on the company's settings are fetched, and are others.
        await HoldAsync(Hours, async () =>
        {
            var hours = LargeHours(_ids++);
            await _server.Part<StatusWriter>().RecordHoursAsync(
                HoursCompany, hours, _server.Part<CompanyHours>().Find(HoursCompany), CancellationToken.None);
        });
        Assert.DoesNotContain(_held, one => one.Held > (one.What == Hours ? MostOfHours : Most));
    }

    /// <summary>A long history, and calls of many agents that end at the same time.</summary>
    private async Task FillAsync()
    {
        await RecordAsync(Other, Now.AddMinutes(-5));
        var fromMs = Now.AddDays(-40).ToUnixTimeMilliseconds();
        Append([new(new(HoursCompany, 1), Core.Status.Away, Origin.Agent, fromMs, "hours")]);
        foreach (var some in Enumerable.Range(0, LongHistory).Chunk(10_000))
            Append(some.Select(i => new Core.StatusEvent(
                new(1, LongAgent), i % 2 == 0 ? Core.Status.Away : Core.Status.Busy, Origin.Agent,
                fromMs + (i * 10_000L), $"long{i}")));
        foreach (var some in Enumerable.Range(0, EndingCalls).Chunk(10_000))
            Append(some.SelectMany(i => (Core.StatusEvent[])
            [
                new(new(4, 1 + i), Core.Status.Offline, Origin.Agent, fromMs, $"off{i}"),
                new(new(4, 1 + i), Core.Status.OnCall, Origin.Call, Now.ToUnixTimeMilliseconds() - 60_000, $"call{i}"),
            ]));
        await _server.RestartAsync();
    }

    private void Append(IEnumerable<Core.StatusEvent> events) =>
        _server.Store.Append([.. events.Select(e => new EventToAppend(e, _server.NowMs, AnyOccurredAt: false))]);

    /// <summary>Measures from each round of the writer to the next one, with others' events all the time.</summary>
    private async Task HoldAsync(string what, Func<Task> work)
    {
        var least = TimeSpan.MaxValue;
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            (_before, _longest) = (TimeSpan.Zero, TimeSpan.Zero);
            await RecordAsync(Other, Now);
            var working = work();
            do await RecordAsync(Other, Now);
            while (!working.IsCompleted);
            await working;
            for (var i = 0; i < 50; i++) await RecordAsync(Other, Now);
            if (_longest < least) least = _longest;
        }

        output.WriteLine($"{what}: {least.TotalMilliseconds:0.0} ms");
        _held.Add((what, least));
    }

    /// <summary>Once a round, on the writer's thread, beside its maintenance.</summary>
    private bool Note(bool due)
    {
        var now = ThreadTime();
        if (_before > TimeSpan.Zero && now - _before > _longest) _longest = now - _before;
        _before = now;
        return false;
    }

    private async Task RecordAsync(long agentId, DateTimeOffset at) => await _server.Service.RecordAsync(
        agentId == Other ? V1.AgentStatus.Online : V1.AgentStatus.Away,
        Times.At(at.AddMilliseconds(agentId == 3 ? 0 : -Interlocked.Increment(ref _ids))), agentId: agentId);

    /// <summary>As many agents with hours of their own as a company may have.</summary>
    private BusinessHours LargeHours(int version)
    {
        const string Day = """[["09:00","12:00"],["13:00","17:00"]]""";
        const int Entries = 4;
        var json = new StringBuilder("""{"time_zone":"Europe/Prague","agents":{""");
        for (var agent = 1; agent < HoursLimits.MaxEntriesPerCompany / Entries; agent++)
        {
            if (agent > 1) json.Append(',');
            json.Append(
                CultureInfo.InvariantCulture,
                $"\"{agent}\":{{\"weekly\":{{\"monday\":{Day},\"tuesday\":{Day}}}}}");
        }

        json.Append(CultureInfo.InvariantCulture, $"}},\"holidays\":[\"2026-01-{1 + (version % 28):00}\"]}}");
        var isValid = BusinessHours.TryParse(HoursCompany, json.ToString(), out var hours, out var faults);
        Assert.True(isValid, string.Join("; ", faults));
        output.WriteLine($"{hours!.ToJson().Length / 1e6:0.0} MB of hours");
        return hours!;
    }

    /// <summary>Processor time of the calling thread.</summary>
    private static TimeSpan ThreadTime()
    {
        const int ThreadCpuTime = 3;
        _ = GetTime(ThreadCpuTime, out var time);
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / 100);
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
