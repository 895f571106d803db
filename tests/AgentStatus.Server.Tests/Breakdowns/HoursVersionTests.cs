using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Tests.CompanySettings;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Breakdowns;

/// <summary>Last month's report does not change when the hours change, nor when their source is down.</summary>
public sealed class HoursVersionTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task As_recorded_keeps_the_old_hours_and_as_now_takes_the_new_ones()
    {
        await using var server = await TestServer.StartWithHoursAsync(
            Monday,
            """
            {"1": {"time_zone": "Europe/Prague",
                "weekly": {"monday": [["09:00","17:00"]], "tuesday": [["09:00","17:00"]]}}}
            """);
        await server.Service.RecordAsync(V1.AgentStatus.Offline);
        server.Pass(TimeSpan.FromDays(1)); // Monday is over.
        Assert.Equal((8, "Europe/Prague"), await MondayAsync(server, HoursBasis.AsRecorded));
        Assert.Equal((8, "Europe/Prague"), await MondayAsync(server, HoursBasis.AsNow));

        server.WriteHours("""
            {"1": {"time_zone": "Asia/Tokyo",
                "weekly": {"monday": [["09:00","10:00"]], "tuesday": [["00:00","24:00"]]}}}
            """);
        await Until.TrueAsync(() =>
        {
            server.Time.Advance(TimeSpan.FromMinutes(5));
            return server.Part<CompanyHours>().Find(1)!.Latest.Hours.Zone.Id == "Asia/Tokyo";
        });
        for (var restarts = 0; restarts < 2; restarts++)
        {
            // As of now Monday holds one Monday hour, and of Tuesday, in Tokyo, the hours from 15:00 UTC on.
            Assert.Equal((8, "Europe/Prague"), await MondayAsync(server, HoursBasis.AsRecorded));
            Assert.Equal((10, "Asia/Tokyo"), await MondayAsync(server, HoursBasis.AsNow));

            // The period is computed anew for the new hours, a moment later.
            await Until.TrueAsync(() => OfflineOnMondayMs(server) == 8 * 3_600_000);
            await server.RestartAsync();
        }
    }

    private static long OfflineOnMondayMs(TestServer server)
    {
        var periods = server.Store.OfflinePeriods.Read(new(1, 1), Limits.FirstInstantMs);
        var onMonday = periods.SingleOrDefault()?.BusinessPeriods?.Where(
            p => p.EndMs <= Monday.AddDays(1).ToUnixTimeMilliseconds());
        return onMonday?.Sum(p => p.LengthMs) ?? 0;
    }

    [Fact]
    public async Task Without_any_settings_a_breakdown_is_UNAVAILABLE_unless_nothing_is_clipped_and_recording_goes_on()
    {
        await using var settings = await SettingsServer.StartAsync();
        settings.Set(1, """{"weekly": {"monday": [["09:00","17:00"]]}}""");
        settings.FailWith = System.Net.HttpStatusCode.InternalServerError;
        await using var server = await TestServer.StartAsync(Monday, "--CompanySettings:Url", settings.UrlTemplate);
        await server.Service.RecordAsync(V1.AgentStatus.Offline);
        server.Pass(TimeSpan.FromDays(1));
        foreach (var clip in (HoursClip[])[HoursClip.Unspecified, HoursClip.OfflineOnly, HoursClip.AllStatuses])
        {
            var refused = await Refused.ByAsync(() => AskAsync(server, clip));
            Assert.Equal(StatusCode.Unavailable, refused.Code);
            Assert.Contains("business hours of company 1", refused.Message);
        }

        var unclipped = await AskAsync(server, HoursClip.None);
        Assert.Equal(24, Hours(unclipped));
        Assert.All(unclipped.Agents[0].Segments, segment => Assert.True(segment.InBusinessHours));
        await Until.TrueAsync(() =>
            server.Store.OfflinePeriods.Read(new(1, 1), Limits.FirstInstantMs) is [{ BusinessMs: null }]);

        settings.FailWith = null;
        await Until.TrueAsync(async () =>
        {
            server.Time.Advance(TimeSpan.FromMinutes(1));
            return await server.Part<CompanySettingsCache>().FindAsync(1, CancellationToken.None) is not null;
        });
        Assert.Equal(8, Hours(await AskAsync(server, HoursClip.OfflineOnly)));
        await Until.TrueAsync(
            () => server.Store.OfflinePeriods.Read(new(1, 1), Limits.FirstInstantMs)[0].BusinessMs is not null);

        // What is known stays in force while the source is down again, also after a restart.
        settings.FailWith = System.Net.HttpStatusCode.BadGateway;
        await server.RestartAsync();
        server.Pass(TimeSpan.FromDays(1));
        Assert.Equal(8, Hours(await AskAsync(server, HoursClip.OfflineOnly)));
    }

    private static async Task<(double Hours, string Zone)> MondayAsync(TestServer server, HoursBasis basis)
    {
        var answer = await AskAsync(server, HoursClip.OfflineOnly, basis);
        return (Hours(answer), answer.TimeZone);
    }

    private static async Task<GetBreakdownResponse> AskAsync(
        TestServer server, HoursClip clip, HoursBasis basis = HoursBasis.Unspecified) =>
        await server.Service.GetBreakdownAsync(new()
        {
            CompanyId = 1,
            StartTime = Times.At(Monday),
            EndTime = Times.At(Monday.AddDays(1)),
            HoursClip = clip,
            HoursBasis = basis,
            IncludeSegments = true,
        });

    private static double Hours(GetBreakdownResponse answer) =>
        answer.Agents.Single().Buckets.Single().Durations.Single().Duration.ToTimeSpan().TotalHours;
}
