using Google.Protobuf.WellKnownTypes;
using Microsoft.Playwright;

namespace AgentStatus.Page.Tests;

/// <summary>The README's pictures: of a company that `agentstatus seed` made up, and that is at work now. They are
/// written to docs/images where AGENTSTATUS_TEST_PICTURES is set, and else looked at and dropped.</summary>
public sealed class PictureTests(Chromium chromium) : PageTests(chromium)
{
    private const int MostBytes = 200 * 1024;

    private static readonly string[] Zones =
    [
        "Pacific/Auckland", "Asia/Tokyo", "Asia/Bangkok", "Asia/Karachi", "Asia/Dubai", "Europe/Helsinki",
        "Europe/Prague", "Europe/Lisbon", "America/Sao_Paulo", "America/New_York", "America/Denver",
        "America/Los_Angeles", "Pacific/Honolulu",
    ];

    private readonly TempDirectory _directory = new();
    private ServerProcess? _server;

    [Fact]
    public async Task Pictures_of_the_four_views()
    {
        var zone = Zones.MinBy(name => Math.Abs(HourIn(name) - 11))!;
        _server = await SeededAsync(zone);
        var calls = await _server.Service.ListCallsAsync(new()
        {
            CompanyId = 1,
            StartTime = Timestamp.FromDateTime(DateTime.UnixEpoch),
            EndTime = TimeProvider.System.GetUtcNow().ToTimestamp(),
            OnlyChanged = true,
        });
        var call = calls.Calls.MaxBy(one => one.StepCount)!.CallId;
        var steps = await _server.Service.GetCallStepsAsync(new() { CompanyId = 1, CallId = calls.Calls[^1].CallId });
        var agent = steps.Steps.First(step => step.Changed).AgentId;
        await LivenAsync();

        await TakeAsync("report", "report?company=1&range=last7", "tfoot", ColorScheme.Light, 860);
        await TakeAsync("agent", $"agent?company=1&agent={agent}&range=last7", ".events", ColorScheme.Light, 860);
        await TakeAsync("calls", $"calls?company=1&call={call}", ".steps", ColorScheme.Light, 480);
        await TakeAsync("live", "live?company=1", ".on", ColorScheme.Dark, 560);
    }

    private protected override ValueTask ClosedAsync()
    {
        _server?.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ServerProcess> SeededAsync(string zone)
    {
        const string Week = """[["08:00", "12:00"], ["12:30", "18:00"]]""";
        var weekly = string.Join(',', ((string[])["monday", "tuesday", "wednesday", "thursday", "friday"])
            .Select(weekday => $"\"{weekday}\": {Week}"));
        await File.WriteAllTextAsync(
            _directory.File("settings.json"),
            $$$"""{"companies": {"1": {"time_zone": "{{{zone}}}", "weekly": { {{{weekly}}} } } } }""");
        var server = await PageServer.ServingAsync(
            _directory.File("store"), "--CompanySettings:Path", _directory.File("settings.json"));
        await CommandLine.RunAsync(server, "seed", "--company", "1", "--agents", "30", "--days", "14");
        return server;
    }

    /// <summary>So that the live board has someone in each column.</summary>
    private async Task LivenAsync()
    {
        (StatusOrigin Origin, Status Status, string Label)[] all =
        [
            (StatusOrigin.Call, Status.OnCall, ""), (StatusOrigin.Call, Status.WrapUp, ""),
            (StatusOrigin.Agent, Status.Idle, ""), (StatusOrigin.Agent, Status.Busy, "Training"),
            (StatusOrigin.Agent, Status.Away, "Break"), (StatusOrigin.Call, Status.OnCall, ""),
            (StatusOrigin.Call, Status.OnCall, ""),
        ];
        var agent = 1;
        foreach (var (origin, status, label) in all)
            await _server!.Service.RecordStatusAsync(
                new() { CompanyId = 1, AgentId = agent += 3, Origin = origin, Status = status, Label = label });
    }

    private async Task TakeAsync(string name, string view, string ready, ColorScheme theme, int height)
    {
        var page = await OpenAsync(_server!.Http, view, theme);
        await page.SetViewportSizeAsync(1440, height);
        await page.Locator(ready).First.WaitForAsync();
        var picture = await page.ScreenshotAsync();
        Assert.InRange(picture.Length, 10_000, MostBytes);
        if (Environment.GetEnvironmentVariable("AGENTSTATUS_TEST_PICTURES") is null or "") return;
        var folder = Directory.CreateDirectory(Path.Combine(SourceTree.Root, "docs/images"));
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"{name}.png"), picture);
    }

    private static double HourIn(string zone) => TimeZoneInfo.ConvertTime(
        TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(zone)).TimeOfDay.TotalHours;
}
