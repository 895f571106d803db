using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client;

/// <summary>Which agents' time to break down, and how.</summary>
/// <param name="CompanyId">1 or more.</param>
/// <param name="StartAt">The window's start, inclusive, to the millisecond.</param>
/// <param name="EndAt">The window's end, exclusive; one in the future means now.</param>
public sealed record BreakdownQuery(long CompanyId, DateTimeOffset StartAt, DateTimeOffset EndAt)
{
    /// <summary>The agents, at most 1,000, answered in this order. Empty, the default: all, by id.</summary>
    public IReadOnlyList<long> AgentIds { get; init; } = [];

    /// <summary>The buckets. Unspecified, the default: one, the whole window.</summary>
    public Granularity Granularity { get; init; }

    /// <summary>What business hours clip. Unspecified, the default: Offline only.</summary>
    public HoursClip HoursClip { get; init; }

    /// <summary>Which business hours. Unspecified, the default: those in force at the time.</summary>
    public HoursBasis HoursBasis { get; init; }

    /// <summary>Adds each agent's segments. Default false.</summary>
    public bool IncludeSegments { get; init; }

    /// <summary>IANA zone that places the buckets. Empty, the default: the company's.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Agents a page, at most. 0, the default: 1,000.</summary>
    public int PageSize { get; init; }

    /// <summary>Where to go on: NextPageToken of an earlier page. Empty, the default: from the first agent.</summary>
    public string PageToken { get; init; } = "";

    internal GetBreakdownRequest ToRequest() => new()
    {
        CompanyId = CompanyId,
        AgentIds = { AgentIds },
        StartTime = Timestamp.FromDateTimeOffset(StartAt),
        EndTime = Timestamp.FromDateTimeOffset(EndAt),
        Granularity = Granularity,
        HoursClip = HoursClip,
        HoursBasis = HoursBasis,
        IncludeSegments = IncludeSegments,
        TimeZone = TimeZone,
        PageSize = PageSize,
        PageToken = PageToken,
    };
}
