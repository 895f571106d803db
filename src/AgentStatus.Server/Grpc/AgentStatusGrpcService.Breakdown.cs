using AgentStatus.Core.Breakdowns;
using AgentStatus.V1;
using Grpc.Core;
using NodaTime;

namespace AgentStatus.Server.Grpc;

/// <content>GetBreakdown. Enums have the contract's numbers.</content>
internal sealed partial class AgentStatusGrpcService
{
    private static readonly HoursHistory AlwaysOpen = new([new HoursVersion(1, 0, BusinessHours.AlwaysOpen)]);

    public async Task<BreakdownPage> GetBreakdown(GetBreakdownRequest request, ServerCallContext context)
    {
        var query = ParseBreakdown(request, NowWhenWarmMs());
        RequireKept("start_time", query.FromMs);
        var hours = await settings.FindAsync(query.CompanyId, context.CancellationToken);
        if (query.Clip == Core.Breakdowns.HoursClip.None) hours ??= AlwaysOpen;
        if (hours is null)
        {
            throw settings.RefusalOf(query.CompanyId) is { } faults
                ? Refusals.HoursRefused(query.CompanyId, faults)
                : Refusals.HoursNotKnown(query.CompanyId);
        }

        if (query.KnownAtMs is { } knownAtMs) hours = hours.KnownAt(knownAtMs);
        using var turn = breakdowns.TryTake(AddressOf(context)) ?? throw Refusals.BreakdownWait(breakdowns.Most);
        var limitReading = await gate.EnterAsync(context);
        turn.Begin();
        var knownThroughMs = Math.Min(timelines.KnownThroughMs(query.NowMs), query.KnownAtMs ?? long.MaxValue);
        var page = await threads.Run(
            () => BreakdownPage.Begin(query, hours, AgentsFrom(query), labels), context.CancellationToken)
            ?? throw Refusals.Invalid(
                "granularity", $"gives too many buckets; BreakdownBuckets is {Limits.BreakdownBuckets}");
        await page.FillAsync(timelines, loader, threads, context.CancellationToken);
        turn.End();
        page.Rest.CompleteThrough = WireTime.Timestamp(knownThroughMs);
        if (page.LastAgentId is { } lastAgentId)
        {
            var position = query.Named.Count > 0 ? query.Position + page.Count : lastAgentId;
            page.Rest.NextPageToken = new PageToken(query.AsOfMs, position).Write(request);
        }

        limitReading();
        return page;
    }

    /// <summary>The agents from the page's position on, to the last one of all pages.</summary>
    private ReadOnlyMemory<long> AgentsFrom(BreakdownQuery query)
    {
        if (query.Named.Count > 0) return query.Named.Skip((int)Math.Min(query.Position, query.Named.Count)).ToArray();
        var all = timelines.AgentsOf(query.CompanyId);
        var place = Array.BinarySearch(all, query.Position + 1);
        return all.AsMemory(place < 0 ? ~place : place);
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT, with all faults.</exception>
    private static BreakdownQuery ParseBreakdown(GetBreakdownRequest request, long nowMs)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        faults.CheckIds("agent_ids", request.AgentIds, Limits.BreakdownAgents, nameof(Limits.BreakdownAgents));
        faults.CheckEnum("granularity", (int)request.Granularity, 0, (int)V1.Granularity.HalfHour);
        faults.CheckEnum("hours_clip", (int)request.HoursClip, 0, (int)V1.HoursClip.None);
        faults.CheckEnum("hours_basis", (int)request.HoursBasis, 0, (int)V1.HoursBasis.AsNow);
        faults.CheckEnum("week_start", (int)request.WeekStart, 0, (int)Weekday.Sunday);
        var pageSize = faults.CheckPageSize(request.PageSize, Limits.BreakdownAgents);

        // A later page ends where the first one did: its token has brought that instant along.
        var token = PageToken.Read(request, nowMs);
        if (token is null && request.PageToken.Length > 0) faults.RefusePageToken();
        var knownAtMs = faults.CheckPastInstant("as_known_at", request.AsKnownAt, nowMs);
        var asOfMs = Math.Min(token?.AsOfMs ?? nowMs, knownAtMs ?? long.MaxValue);
        var (fromMs, toMs) = CheckWindow(ref faults, request, asOfMs);
        var zone = CheckZone(ref faults, request.TimeZone);
        faults.ThrowIfAny();

        return new BreakdownQuery(
            request.CompanyId,
            request.AgentIds,
            fromMs,
            toMs,
            asOfMs,
            knownAtMs is null ? nowMs : asOfMs,
            knownAtMs,
            (Core.Breakdowns.Granularity)Math.Max(1, (int)request.Granularity),
            (IsoDayOfWeek)Math.Max(1, (int)request.WeekStart),
            (Core.Breakdowns.HoursClip)Math.Max(1, (int)request.HoursClip),
            request.HoursBasis == V1.HoursBasis.AsNow ? Core.Hours.HoursBasis.AsNow : Core.Hours.HoursBasis.AsRecorded,
            zone,
            request.IncludeSegments,
            pageSize,
            token?.Position ?? 0);
    }

    private static (long FromMs, long ToMs) CheckWindow(
        ref RequestFaults faults, GetBreakdownRequest request, long asOfMs)
    {
        var start = faults.CheckInstant("start_time", request.StartTime);
        var end = faults.CheckInstant("end_time", request.EndTime);
        if (start is not { } fromMs || end is not { } toMs) return default;
        if (faults.CheckOrder(fromMs, toMs) && fromMs >= asOfMs) faults.Add("start_time", "must be before now");
        return (fromMs, Math.Min(toMs, asOfMs));
    }

    private static DateTimeZone? CheckZone(ref RequestFaults faults, string timeZone)
    {
        if (timeZone.Length == 0) return null;
        var zone = IanaZones.Find(timeZone);
        if (zone is null)
            faults.Add("time_zone", $"is no time zone's name, of IANA or Windows: {RequestFaults.Quote(timeZone)}");
        return zone;
    }
}
