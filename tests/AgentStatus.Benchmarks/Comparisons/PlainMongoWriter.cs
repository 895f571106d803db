using AgentStatus.Benchmarks.Samples;
using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage;
using AgentStatus.Storage.MongoDb;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>
/// The same documents as the server writes, by libmongoc: one bulk for a batch's events and one for the offline periods
/// that they open and close, with the server's write concern. It knows what it writes beforehand and reads nothing.
/// </summary>
internal sealed class PlainMongoWriter(MongoConnection connection, int agents) : IDisposable
{
    private const string ServerId = "plain";

    private readonly MongoClient _client = connection.Rent();
    private readonly StatusReports _reports = new(1, agents);
    private readonly Dictionary<AgentKey, long> _offlineSinceMs = [];
    private readonly BsonWriter _document = new();
    private readonly BsonWriter _filter = new();
    private long _number;

    /// <summary>Writes a batch and returns when a majority has it.</summary>
    public void WriteBatch(int events, long nowMs)
    {
        var periods = new Dictionary<(AgentKey Agent, long StartedAtMs), OfflinePeriod>();
        using var added = _client.Bulk(Collections.Events);
        for (var i = 0; i < events; i++)
        {
            var (agent, status, origin) = _reports.Next();
            var atMs = nowMs + i;
            var one = new StatusEvent(agent, status, origin, atMs, $"p{StatusReports.NextId()}");
            _document.Begin();
            EventDocument.Write(_document, new EventToAppend(one, atMs, AnyOccurredAt: false), ServerId, ++_number);
            added.Insert(_document.Finish());
            if (Follow(agent, status, atMs) is { } period) periods[(agent, period.StartedAtMs)] = period;
        }

        Execute(added);
        using var changed = _client.Bulk(Collections.OfflinePeriods);
        foreach (var period in periods.Values)
        {
            _filter.Begin().String("_id"u8, PeriodDocument.Id(period));
            PeriodDocument.Write(_document.Begin(), period);
            changed.ReplaceOne(_filter.Finish(), _document.Finish(), upsert: true);
        }

        Execute(changed);
    }

    public void Dispose() => _client.Dispose();

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

    private static void Execute(MongoBulk bulk)
    {
        var result = bulk.Execute();
        if (result.Unconfirmed is { } unconfirmed) throw unconfirmed;
        if (result.Errors.Count > 0) throw new InvalidOperationException(result.Errors[0].Message);
    }
}
