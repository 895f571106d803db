using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage;
using AgentStatus.Storage.MongoDb;
using MongoDB.Bson;
using MongoDB.Driver;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>The same documents as the server writes, by MongoDB.Driver: one bulk for a batch's events and one for the
/// offline periods that they open and close, with the server's write concern. It knows what it writes beforehand and
/// reads nothing.</summary>
internal sealed class PlainMongoWriter(StatusDatabase database, int agents)
{
    private const string ServerId = "plain";

    private readonly StatusReports _reports = new(1, agents);
    private readonly Dictionary<AgentKey, long> _offlineSinceMs = [];
    private long _number;

    /// <summary>Writes a batch and returns when a majority has it.</summary>
    public void WriteBatch(int events, long nowMs)
    {
        var periods = new Dictionary<(AgentKey Agent, long StartedAtMs), OfflinePeriod>();
        var added = new List<EventDocument>(events);
        for (var i = 0; i < events; i++)
        {
            var (agent, status, origin) = _reports.Next();
            var atMs = nowMs + i;
            var one = new StatusEvent(agent, status, origin, atMs, $"p{StatusReports.NextId()}");
            added.Add(new(EventDocument.IdOf(one), one, atMs, ServerId, ++_number));
            if (Follow(agent, status, atMs) is { } period) periods[(agent, period.StartedAtMs)] = period;
        }

        database.Events.InsertMany(added, new InsertManyOptions { IsOrdered = false });
        if (periods.Count == 0) return;
        database.OfflinePeriods.BulkWrite(
            periods.Values.Select(period => new UpdateOneModel<PeriodDocument>(
                new BsonDocument { { "_id", PeriodDocument.IdOf(period) }, { "company_id", period.Agent.CompanyId } },
                new PeriodDocument(period, 1).ToUpdate())
            { IsUpsert = true }),
            new BulkWriteOptions { IsOrdered = false });
    }

    /// <summary>The period that this event opens or closes; null: none.</summary>
    private OfflinePeriod? Follow(AgentKey agent, Status status, long atMs)
    {
        var wasOffline = _offlineSinceMs.TryGetValue(agent, out var sinceMs);
        if (status == Status.Offline == wasOffline) return null;
        if (wasOffline) _offlineSinceMs.Remove(agent);
        else _offlineSinceMs[agent] = atMs;
        return wasOffline
            ? new(agent, sinceMs, atMs, [new Interval(sinceMs, atMs)], atMs, HoursInForceFromMs: 1)
            : new(agent, atMs, EndedAtMs: null, [], atMs, HoursInForceFromMs: 1);
    }
}
