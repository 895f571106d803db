using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentStatus.Server.Tests.Scenarios;

/// <summary>tests/ticket_cases.json, what the tickets and the rules say must come out, and tests/field_cases.json, what
/// logs and bug reports of contact centres say.</summary>
internal sealed record TicketCases(JsonElement BusinessHours, IReadOnlyList<TicketCase> Cases)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly TicketCases[] Files = [Read("ticket_cases.json"), Read("field_cases.json")];

    public string About { get; init; } = "";

    /// <summary>The name of each case with each of these.</summary>
    public static TheoryData<string, string> With(params string[] horizons) =>
        [.. from file in Files from ticket in file.Cases from horizon in horizons select (ticket.Name, horizon)];

    /// <summary>A case, and the business hours of all companies of its file, as JSON.</summary>
    public static (TicketCase Ticket, string Hours) Find(string name)
    {
        var file = Files.Single(file => file.Cases.Any(ticket => ticket.Name == name));
        return (file.Cases.Single(ticket => ticket.Name == name), file.BusinessHours.GetRawText());
    }

    private static TicketCases Read(string file) => JsonSerializer.Deserialize<TicketCases>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, file)), Format)!;
}

internal sealed record TicketCase(string Name, long CompanyId, IReadOnlyList<TicketEvent> Events)
{
    public string Source { get; init; } = "";

    public IReadOnlyList<TicketRetraction> Retractions { get; init; } = [];

    public IReadOnlyList<TicketRing> Rings { get; init; } = [];

    public IReadOnlyList<TicketBreakdown> Breakdowns { get; init; } = [];

    public IReadOnlyList<TicketPeriod> OfflinePeriods { get; init; } = [];
}

internal sealed record TicketEvent(
    long AgentId, string Status, string Origin, DateTimeOffset OccurredAt, string EventId)
{
    public long Sequence { get; init; }

    public long CallId { get; init; }

    public string DeviceId { get; init; } = "";

    public string Label { get; init; } = "";

    public string Actor { get; init; } = "";
}

internal sealed record TicketRetraction(string EventId)
{
    public string Reason { get; init; } = "";

    public string Actor { get; init; } = "";

    /// <summary>How many events are recorded before it; null: all.</summary>
    public int? AfterEvents { get; init; }
}

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

    /// <summary>Null: not said.</summary>
    public string? StatusLabel { get; init; }

    /// <summary>Null: not said.</summary>
    public string? Origin { get; init; }
}

/// <summary>Seconds by status, or status/label, "unknown" and "outside_hours"; one that is not there has
/// none.</summary>
internal sealed record TicketBreakdown(DateTimeOffset From, DateTimeOffset To, string Clip)
{
    public long AgentId { get; init; }

    public Dictionary<string, double> Seconds { get; init; } = [];

    /// <summary>Instead of figures: who is in the company's list.</summary>
    public IReadOnlyList<long>? Listed { get; init; }

    public double? HandleTime { get; init; }
}

internal sealed record TicketPeriod(
    long AgentId,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    double BusinessSeconds,
    IReadOnlyList<DateTimeOffset[]> Periods);
