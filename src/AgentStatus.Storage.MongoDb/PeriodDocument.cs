using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of offline_periods.</summary>
internal static class PeriodDocument
{
    public static string Id(OfflinePeriod period) =>
        $"{period.Agent.CompanyId}/{period.Agent.AgentId}/{period.StartedAtMs}";

    public static void Write(BsonWriter document, OfflinePeriod period)
    {
        document
            .String("_id"u8, Id(period))
            .Agent(period.Agent)
            .Date("started_at"u8, period.StartedAtMs)
            .DateOrNull("ended_at"u8, period.EndedAtMs);
        if (period.BusinessPeriods is { } parts)
        {
            document.BeginArray("periods"u8);
            foreach (var part in parts)
                document.BeginDocument().Date("started_at"u8, part.StartMs).Date("ended_at"u8, part.EndMs).End();
            document.End().Double("business_seconds"u8, period.BusinessMs!.Value / 1000.0);
        }
        else
        {
            document.Null("periods"u8).Null("business_seconds"u8);
        }

        document
            .Date("computed_through"u8, period.ComputedThroughMs)
            .DateOrNull("hours_in_force_from"u8, period.HoursInForceFromMs);
    }

    /// <exception cref="MongoException">It is none.</exception>
    public static OfflinePeriod Read(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        reader.Require("company_id"u8);
        var companyId = reader.GetInt64();
        reader.Require("agent_id"u8);
        var agent = new AgentKey(companyId, reader.GetInt64());
        reader.Require("started_at"u8);
        var startedAtMs = reader.GetDate();
        var endedAtMs = reader.RequireDateOrNull("ended_at"u8);
        reader.Require("periods"u8);
        var parts = reader.IsNull ? null : ReadParts(reader.GetArray());
        reader.Require("computed_through"u8);
        var computedThroughMs = reader.GetDate();
        return new(
            agent, startedAtMs, endedAtMs, parts, computedThroughMs, reader.RequireDateOrNull("hours_in_force_from"u8));
    }

    private static List<Interval> ReadParts(BsonReader array)
    {
        var parts = new List<Interval>();
        while (array.Read())
        {
            var part = array.GetDocument();
            part.Require("started_at"u8);
            var startMs = part.GetDate();
            part.Require("ended_at"u8);
            parts.Add(new(startMs, part.GetDate()));
        }

        return parts;
    }
}
