using AgentStatus.Server.Tests.CompanySettings;

namespace AgentStatus.Server.Tests.Breakdowns;

/// <summary>Who waits for a company's settings takes no place of a breakdown.</summary>
public sealed class SettingsWaitTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Breakdowns_that_wait_for_a_settings_service_keep_no_other_from_being_answered()
    {
        await using var settings = await SettingsServer.StartAsync();
        settings.Set(2, """{"time_zone":"Europe/Prague"}""");
        await using var server = await TestServer.StartAsync(Now, "--CompanySettings:Url", settings.UrlTemplate);
        await server.Service.GetBreakdownAsync(Day(2));

        settings.Hold();
        const int Waiting = ServerLimits.BreakdownsOfPeer + ServerLimits.QueuedBreakdownsOfPeer;
        var waiting = Enumerable.Range(0, Waiting)
            .Select(_ => server.Service.GetBreakdownAsync(Day(1)).ResponseAsync).ToList();
        Assert.Equal(1, await NextOfAsync(settings, 1));
        await server.Service.GetBreakdownAsync(Day(2)).ResponseAsync.WaitAsync(Until.Limit);
        Assert.DoesNotContain(waiting, one => one.IsCompleted);

        settings.Set(1, "null");
        settings.Release();
        await Task.WhenAll(waiting).WaitAsync(Until.Limit);
    }

    private static async Task<long> NextOfAsync(SettingsServer settings, long companyId)
    {
        while (true)
            if (await settings.NextRequestAsync() == companyId) return companyId;
    }

    private static GetBreakdownRequest Day(long companyId) => new()
    {
        CompanyId = companyId,
        AgentIds = { 1 },
        StartTime = Times.At(Now.AddDays(-1)),
        EndTime = Times.At(Now),
    };
}
