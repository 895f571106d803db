using AgentStatus.Core.OfflinePeriods;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Breakdowns;

/// <summary>Business hours that are not understood, and what each request says of them. Agent 1 has the company's
/// hours, agent 2 an entry of its own; both are OFFLINE from Monday on.</summary>
public sealed class HoursFaultTests
{
    private const string Weekly = """ "weekly": {"monday": [["09:00","17:00"]], "wednesday": [["09:00","17:00"]]} """;
    private const string Refusal = """{"1": {"weekly": {"monday": [["9","17:00"]]}}}""";

    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private static readonly HoursClip[] Clipped = [HoursClip.Unspecified, HoursClip.OfflineOnly, HoursClip.AllStatuses];

    [Fact]
    public async Task Settings_that_were_never_good_are_FAILED_PRECONDITION_with_the_field_until_they_are_mended()
    {
        await using var server = await TestServer.StartWithHoursAsync(Monday, Refusal);
        await RecordAsync(server);
        for (var restarts = 0; restarts < 2; restarts++)
        {
            foreach (var clip in Clipped)
            {
                var refused = await Refused.ByAsync(() => AskAsync(server, clip));
                Assert.Equal(StatusCode.FailedPrecondition, refused.Code);
                Assert.Contains("weekly.monday[0]: start \"9\" is not a time before 24:00", refused.Message);
                Assert.Equal("weekly.monday[0]", refused.Detail<PreconditionFailure>().Violations.Single().Subject);
            }

            Assert.Equal([24.0, 24.0], Hours(await AskAsync(server, HoursClip.None)));
            var unknown = await HoursAsync(server);
            Assert.Equal(("", null), (unknown.HoursJson, unknown.InForceSince));
            Assert.Equal("weekly.monday[0]", unknown.Faults.Single().Field);
            if (restarts == 0) await server.RestartAsync();
        }

        Assert.All(server.Log.Warnings, line => Assert.Contains("no older version is stored", line));
        await MendAsync(server, $$"""{"1": { {{Weekly}} } }""");
        Assert.Equal([8.0, 8.0], Hours(await AskAsync(server, HoursClip.OfflineOnly)));

        // Refused again: the good version stays in force, and both the log and GetCompanyHours say so.
        var good = await HoursAsync(server);
        Assert.Empty(good.Faults);
        server.WriteHours(Refusal);
        await Until.TrueAsync(async () =>
        {
            server.Time.Advance(TimeSpan.FromMinutes(5));
            return (await HoursAsync(server)).Faults.Count == 1;
        });
        var now = await HoursAsync(server);
        Assert.Equal((good.HoursJson, good.InForceSince), (now.HoursJson, now.InForceSince));
        Assert.Equal([8.0, 8.0], Hours(await AskAsync(server, HoursClip.OfflineOnly)));
        Assert.Contains(server.Log.Warnings, line =>
            line.Contains("the version in force since 2026-03-0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_was_never_good_is_FAILED_PRECONDITION_too()
    {
        await using var server = await TestServer.StartWithHoursAsync(Monday, "{");
        await RecordAsync(server);
        var refused = await Refused.ByAsync(() => AskAsync(server, HoursClip.OfflineOnly));
        Assert.Equal(StatusCode.FailedPrecondition, refused.Code);
        Assert.Contains("is not JSON", refused.Message);
    }

    [Fact]
    public async Task An_agents_fault_is_that_agents_alone_for_as_long_as_its_version_is_in_force()
    {
        await using var server = await TestServer.StartWithHoursAsync(
            Monday, $$"""{"1": { {{Weekly}}, "agents": {"2": {"time_zone": "Mars/Olympus"} } } }""");
        await RecordAsync(server);
        const string fault = "agents.2.time_zone: \"Mars/Olympus\" is not a time zone";
        for (var restarts = 0; restarts < 2; restarts++)
        {
            foreach (var clip in Clipped)
            {
                var agents = (await AskAsync(server, clip)).Agents;
                Assert.Equal(("", 8.0), (agents[0].HoursFault, HoursOf(agents[0])));
                Assert.StartsWith(fault, agents[1].HoursFault);
                Assert.Empty(agents[1].Buckets);
                Assert.Empty(agents[1].Segments);
                Assert.Equal(2, agents[1].AgentId);
            }

            var unclipped = (await AskAsync(server, HoursClip.None)).Agents[1];
            Assert.StartsWith(fault, unclipped.HoursFault);
            Assert.Equal(24.0, HoursOf(unclipped));
            Assert.All(unclipped.Segments, segment => Assert.True(segment.InBusinessHours));

            await Until.TrueAsync(() => Period(server, 2) is { HoursFault: not null });
            Assert.Equal((Ms(Monday), null), (Period(server, 2)!.StartedAtMs, Period(server, 2)!.EndedAtMs));
            Assert.StartsWith(fault, Period(server, 2)!.HoursFault);
            Assert.Null(Period(server, 2)!.BusinessMs);
            await Until.TrueAsync(() => Period(server, 1) is { HoursFault: null, BusinessMs: not null });
            await server.RestartAsync();
        }

        var answer = await HoursAsync(server);
        Assert.StartsWith("agents.2.time_zone", answer.Faults.Single().Field);
        Assert.Contains("\"fault\":{\"field\":\"agents.2.time_zone\"", answer.HoursJson);

        await MendAsync(server, $$"""{"1": { {{Weekly}}, "agents": {"2": {"weekly": {} } } } }""");
        Assert.NotEmpty((await AskAsync(server, HoursClip.OfflineOnly)).Agents[1].HoursFault);
        var asNow = (await AskAsync(server, HoursClip.OfflineOnly, HoursBasis.AsNow)).Agents[1];
        Assert.Equal(("", 0), (asNow.HoursFault, asNow.Buckets.Single().Durations.Count));
        Assert.Empty((await HoursAsync(server)).Faults);
    }

    [Fact]
    public async Task A_page_of_faults_alone_goes_on_to_the_next_agent()
    {
        var entries = string.Join(',', Enumerable.Range(1, 40).Select(id => $"\"{id}\": 1"));
        await using var server = await TestServer.StartWithHoursAsync(
            Monday, $$"""{"1": {"agents": { {{entries}} } } }""");
        for (var agentId = 1; agentId <= 41; agentId++)
            await server.Service.RecordAsync(V1.AgentStatus.Offline, agentId: agentId);
        server.Pass(TimeSpan.FromDays(1));
        var answer = await AskAsync(server, HoursClip.OfflineOnly);
        Assert.Equal(Enumerable.Range(1, 41), answer.Agents.Select(agent => (int)agent.AgentId));
        Assert.Equal(40, answer.Agents.Count(agent => agent.HoursFault.Length > 0));
    }

    [Fact]
    public async Task Who_left_is_in_no_list_whatever_the_hours_and_a_page_that_begins_with_them_goes_on()
    {
        const int left = 40;
        var entries = string.Join(',', Enumerable.Range(8, left).Select(id => $"\"{2 * id}\": 1"));
        await using var server = await TestServer.StartWithHoursAsync(
            Monday.AddDays(-1), $$"""{"1": {"agents": { {{entries}} } } }""");
        for (var agentId = 1; agentId <= left; agentId++)
            await server.Service.RecordAsync(V1.AgentStatus.Left, origin: StatusOrigin.System, agentId: agentId);
        foreach (var agentId in (long[])[left + 1, left + 2])
            await server.Service.RecordAsync(V1.AgentStatus.Offline, agentId: agentId);
        server.Pass(TimeSpan.FromDays(2));
        foreach (var clip in (HoursClip[])[HoursClip.OfflineOnly, HoursClip.None])
        {
            var answer = await AskAsync(server, clip);
            Assert.Equal([left + 1, left + 2], answer.Agents.Select(agent => agent.AgentId));
        }
    }

    private static async Task RecordAsync(TestServer server)
    {
        foreach (var agentId in (long[])[1, 2])
            await server.Service.RecordAsync(V1.AgentStatus.Offline, agentId: agentId);
        server.Pass(TimeSpan.FromDays(1));
    }

    /// <summary>Writes other settings and waits until they are in force.</summary>
    private static async Task MendAsync(TestServer server, string companies)
    {
        var before = server.Part<CompanyHours>().Find(1)?.Latest;
        server.WriteHours(companies);
        await Until.TrueAsync(() =>
        {
            server.Time.Advance(TimeSpan.FromMinutes(5));
            return server.Part<CompanyHours>().Find(1)?.Latest != before;
        });
    }

    private static OfflinePeriod? Period(TestServer server, long agentId) =>
        server.Store.OfflinePeriods.Read(new(1, agentId), Limits.FirstInstantMs).SingleOrDefault();

    private static async Task<GetCompanyHoursResponse> HoursAsync(TestServer server) =>
        await server.Service.GetCompanyHoursAsync(new() { CompanyId = 1 });

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

    private static IEnumerable<double> Hours(GetBreakdownResponse answer) => answer.Agents.Select(HoursOf);

    private static double HoursOf(AgentBreakdown agent) =>
        agent.Buckets.Single().Durations.Single().Duration.ToTimeSpan().TotalHours;

    private static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();
}
