using AgentStatus.Core.Breakdowns;
using NodaTime;

namespace AgentStatus.Server.Grpc;

/// <summary>A checked question for one page of a breakdown.</summary>
/// <param name="Named">The agents, in the order of the answer; none: all of the company's.</param>
/// <param name="FromMs">The window's start.</param>
/// <param name="ToMs">The window's end, at most <paramref name="AsOfMs"/>.</param>
/// <param name="AsOfMs">Now at the first page: where a window that reaches past it ends, on every page.</param>
/// <param name="NowMs">Now, taken before memory is read.</param>
/// <param name="KnownAtMs">Only what was recorded before it counts; null: all.</param>
/// <param name="WeekStart">On which day a week begins.</param>
/// <param name="Zone">Places the buckets; null: the company's.</param>
/// <param name="Position">Where the page begins: how many of the named agents earlier pages hold, or the last agent's
/// id of the page before.</param>
internal sealed record BreakdownQuery(
    long CompanyId,
    IReadOnlyList<long> Named,
    long FromMs,
    long ToMs,
    long AsOfMs,
    long NowMs,
    long? KnownAtMs,
    Granularity Granularity,
    IsoDayOfWeek WeekStart,
    HoursClip Clip,
    HoursBasis Basis,
    DateTimeZone? Zone,
    bool WithSegments,
    int PageSize,
    long Position);
