using AgentStatus.Core.Breakdowns;
using AgentStatus.Core.Hours;
using AgentStatus.V1;
using NodaTime;
using Granularity = AgentStatus.Core.Breakdowns.Granularity;
using HoursBasis = AgentStatus.Core.Hours.HoursBasis;
using HoursClip = AgentStatus.Core.Breakdowns.HoursClip;

namespace AgentStatus.Server.Breakdowns;

/// <summary>A checked request for one page of a breakdown.</summary>
/// <param name="Request">As it came: for its ids, and for the next page's token.</param>
/// <param name="FromMs">The window's start.</param>
/// <param name="ToMs">The window's end, at most <paramref name="AsOfMs"/>.</param>
/// <param name="AsOfMs">Now at the first page: where a window that reaches past it ends, on every page.</param>
/// <param name="NowMs">Now, taken before memory is read.</param>
/// <param name="Granularity">The buckets.</param>
/// <param name="Clip">What business hours clip.</param>
/// <param name="Basis">Which business hours.</param>
/// <param name="Zone">Places the buckets; null: the company's.</param>
/// <param name="PageSize">Agents on the page, at most.</param>
/// <param name="Position">
/// Where the page begins: agents named in the request that earlier pages hold, or the last agent's id of the page
/// before.
/// </param>
internal sealed record BreakdownQuery(
    GetBreakdownRequest Request,
    long FromMs,
    long ToMs,
    long AsOfMs,
    long NowMs,
    Granularity Granularity,
    HoursClip Clip,
    HoursBasis Basis,
    DateTimeZone? Zone,
    int PageSize,
    long Position);
