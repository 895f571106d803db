using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of offline_periods.</summary>
/// <param name="Epoch">Of the owner who wrote it; 0: from before there were owners.</param>
/// <param name="WrittenAtMs">When it was written, by the database's clock, which sets it; 0: from before there were
/// owners.</param>
[BsonSerializer(typeof(DocumentSerializer<PeriodDocument>))]
internal readonly record struct PeriodDocument(OfflinePeriod Period, long Epoch, long WrittenAtMs = 0)
    : IDocument<PeriodDocument>
{
    public static string Collection => "offline_periods";

    public static string IdOf(OfflinePeriod period) =>
        $"{period.Agent.CompanyId}/{period.Agent.AgentId}/{period.StartedAtMs}";

    public static PeriodDocument Read(BsonDocument document)
    {
        var parts = document["periods"].IsBsonNull
            ? null
            : document["periods"].AsBsonArray.Select(part => part.AsBsonDocument)
                .Select(part => new Interval(part.Date("started_at"), part.Date("ended_at"))).ToList();
        return new(new(
            new(document.WholeNumber("company_id"), document.WholeNumber("agent_id")), document.Date("started_at"),
            document.DateOrNull("ended_at"), parts, document.Date("computed_through"),
            document.DateOrNull("hours_in_force_from"), document.TextOrNull("hours_fault")),
            document.Contains("epoch") ? document.WholeNumber("epoch") : 0,
            document.Contains("written_at") ? document.Date("written_at") : 0);
    }

    /// <summary>Writes it, with the database's time. The fields of the filter that finds it, _id and company_id, stay
    /// as they are.</summary>
    public BsonDocument ToUpdate() => new()
    {
        {
            "$set",
            new BsonDocument
            {
                { "agent_id", Period.Agent.AgentId },
                { "started_at", new BsonDateTime(Period.StartedAtMs) },
                { "ended_at", DocumentFields.DateOrNull(Period.EndedAtMs) },
                { "periods", Period.BusinessPeriods is { } parts ? ToArray(parts) : BsonNull.Value },
                { "business_seconds", Period.BusinessMs is { } ms ? ms / 1000.0 : BsonNull.Value },
                { "computed_through", new BsonDateTime(Period.ComputedThroughMs) },
                { "hours_in_force_from", DocumentFields.DateOrNull(Period.HoursInForceFromMs) },
                { "hours_fault", Period.HoursFault is { } fault ? fault : BsonNull.Value },
                { "epoch", Epoch },
            }
        },
        { "$currentDate", new BsonDocument("written_at", true) },
    };

    private static BsonArray ToArray(IReadOnlyList<Interval> parts) => new(parts.Select(part => new BsonDocument
    {
        { "started_at", new BsonDateTime(part.StartMs) }, { "ended_at", new BsonDateTime(part.EndMs) },
    }));
}
