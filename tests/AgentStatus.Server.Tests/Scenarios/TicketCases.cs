using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentStatus.Server.Tests.Scenarios;

/// <summary>tests/ticket_cases.json: what the tickets and the rules say must come out.</summary>
internal sealed record TicketCases(JsonElement BusinessHours, IReadOnlyList<TicketCase> Cases)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static TicketCases All { get; } = JsonSerializer.Deserialize<TicketCases>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ticket_cases.json")), Format)!;

    public string About { get; init; } = "";

    /// <summary>The name of each case with each of these.</summary>
    public static TheoryData<string, string> With(params string[] horizons) =>
        [.. from ticket in All.Cases from horizon in horizons select (ticket.Name, horizon)];
}

internal sealed record TicketCase(string Name, long CompanyId, IReadOnlyList<TicketEvent> Events)
{
    public IReadOnlyList<TicketRing> Rings { get; init; } = [];

    public IReadOnlyList<TicketBreakdown> Breakdowns { get; init; } = [];

    public IReadOnlyList<TicketPeriod> OfflinePeriods { get; init; } = [];
}

internal sealed record TicketEvent(
    long AgentId, string Status, string Origin, DateTimeOffset OccurredAt, string EventId);

internal sealed record TicketRing(
    long AgentId,
    long CallId,
    string QueueRule,
    DateTimeOffset RingAt,
    string Outcome,
    string Classification,
    string Label)
{
    /// <summary>How many events are recorded before it is asked; null: all.</summary>
    public int? AfterEvents { get; init; }
}

/// <summary>Seconds by status, "unknown" and "outside_hours"; a status that is not there has none.</summary>
internal sealed record TicketBreakdown(
    long AgentId, DateTimeOffset From, DateTimeOffset To, string Clip, Dictionary<string, double> Seconds)
{
    public double? HandleTime { get; init; }
}

internal sealed record TicketPeriod(
    long AgentId,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    double BusinessSeconds,
    IReadOnlyList<DateTimeOffset[]> Periods);
