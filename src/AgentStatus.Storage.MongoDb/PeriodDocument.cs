using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of offline_periods.</summary>
/// <param name="Epoch">Of the owner who wrote it; 0: from before there were owners.</param>
/// <param name="WrittenAtMs">When it was written, by the database's clock, which sets it; 0: from before there were owners.</param>
[BsonSerializer(typeof(PeriodDocumentSerializer))]
internal readonly record struct PeriodDocument(OfflinePeriod Period, long Epoch, long WrittenAtMs = 0)
{
    public string Id => IdOf(Period);

    /// <summary>Writes it, with the database's time. The fields of the filter that finds it, _id and company_id, stay
    /// as they are.</summary>
    public BsonDocument ToUpdate()
    {
        var fields = this.ToBsonDocument();
        fields.Remove("_id");
        fields.Remove("company_id");
        return new() { { "$set", fields }, { "$currentDate", new BsonDocument("written_at", true) } };
    }

    public static string IdOf(OfflinePeriod period) =>
        $"{period.Agent.CompanyId}/{period.Agent.AgentId}/{period.StartedAtMs}";
}

internal sealed class PeriodDocumentSerializer() : DocumentSerializer<PeriodDocument>(Collections.OfflinePeriods)
{
    protected override void Write(IBsonWriter writer, PeriodDocument value)
    {
        var period = value.Period;
        writer.WriteString("_id", value.Id);
        writer.WriteAgent(period.Agent);
        writer.WriteDateTime("started_at", period.StartedAtMs);
        writer.WriteDateOrNull("ended_at", period.EndedAtMs);
        if (period.BusinessPeriods is { } parts)
        {
            WriteParts(writer, parts);
            writer.WriteDouble("business_seconds", period.BusinessMs!.Value / 1000.0);
        }
        else
        {
            writer.WriteNull("periods");
            writer.WriteNull("business_seconds");
        }

        writer.WriteDateTime("computed_through", period.ComputedThroughMs);
        writer.WriteDateOrNull("hours_in_force_from", period.HoursInForceFromMs);
        writer.WriteInt64("epoch", value.Epoch);
    }

    protected override PeriodDocument Read(BsonDeserializationContext context)
    {
        var document = ReadWhole(context);
        var parts = document["periods"].IsBsonNull
            ? null
            : document["periods"].AsBsonArray.Select(part => part.AsBsonDocument)
                .Select(part => new Interval(part.Date("started_at"), part.Date("ended_at"))).ToList();
        return new(new(
            new(document.WholeNumber("company_id"), document.WholeNumber("agent_id")), document.Date("started_at"),
            document.DateOrNull("ended_at"), parts, document.Date("computed_through"),
            document.DateOrNull("hours_in_force_from")), document.Contains("epoch") ? document.WholeNumber("epoch") : 0,
            document.Contains("written_at") ? document.Date("written_at") : 0);
    }

    private static void WriteParts(IBsonWriter writer, IReadOnlyList<Interval> parts)
    {
        writer.WriteStartArray("periods");
        foreach (var part in parts)
        {
            writer.WriteStartDocument();
            writer.WriteDateTime("started_at", part.StartMs);
            writer.WriteDateTime("ended_at", part.EndMs);
            writer.WriteEndDocument();
        }

        writer.WriteEndArray();
    }
}
