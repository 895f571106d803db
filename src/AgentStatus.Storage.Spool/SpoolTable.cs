using AgentStatus.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Storage.Spool;

/// <summary>The table spooled_events: a queue in which an id is found.</summary>
internal sealed class SpoolTable(SqliteConnection connection)
{
    private const string Columns =
        """
        number, company_id, recorded_at, any_occurred_at,
        agent_id, status, origin, occurred_at, event_id, sequence, call_id, device_id, label, actor
        """;

    /// <summary>What events can say since version 2; see StoreSchema for how a CHECK is changed.</summary>
    private const string EventsOfVersion2 = """
        ALTER TABLE spooled_events ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE spooled_events ADD COLUMN call_id INTEGER;
        ALTER TABLE spooled_events ADD COLUMN device_id TEXT;
        ALTER TABLE spooled_events ADD COLUMN label TEXT;
        ALTER TABLE spooled_events ADD COLUMN actor TEXT;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema
        SET sql = replace(replace(sql, 'origin BETWEEN 1 AND 4', 'origin BETWEEN 1 AND 5'),
            'status BETWEEN 1 AND 7', 'status BETWEEN 1 AND 8')
        WHERE type = 'table' AND name = 'spooled_events';
        PRAGMA writable_schema = RESET;
        """;

    /// <summary>Statuses and origins are the numbers of the contract; instants are milliseconds since the Unix
    /// epoch.</summary>
    public static SqliteSchema Schema { get; } = new(
        Version: 2,
        """
        CREATE TABLE spooled_events (
            number INTEGER PRIMARY KEY,
            company_id INTEGER NOT NULL,
            agent_id INTEGER NOT NULL,
            status INTEGER NOT NULL CHECK (status BETWEEN 1 AND 8),
            origin INTEGER NOT NULL CHECK (origin BETWEEN 1 AND 5),
            occurred_at INTEGER NOT NULL,
            event_id TEXT NOT NULL,
            recorded_at INTEGER NOT NULL,
            any_occurred_at INTEGER NOT NULL,
            sequence INTEGER NOT NULL DEFAULT 0,
            call_id INTEGER,
            device_id TEXT,
            label TEXT,
            actor TEXT,
            UNIQUE (company_id, event_id)
        ) STRICT;

        CREATE INDEX spooled_events_by_agent ON spooled_events (company_id, agent_id);
        """ + SpooledStepTable.Script + SpooledRetractionTable.Script,
        "SELECT coalesce(max(number), 0) FROM spooled_events",
        new Dictionary<long, string>
        {
            [1] = EventsOfVersion2 + SpooledStepTable.Script + SpooledRetractionTable.Script,
        });

    private readonly SqliteCommand _lastNumber = connection.Statement(Schema.LastNumber);

    private readonly SqliteCommand _insert = connection.Statement(
        """
        INSERT INTO spooled_events (
            company_id, agent_id, status, origin, occurred_at, event_id, recorded_at, any_occurred_at,
            sequence, call_id, device_id, label, actor)
        VALUES ($company_id, $agent_id, $status, $origin, $occurred_at, $event_id, $recorded_at, $any_occurred_at,
            $sequence, $call_id, $device_id, $label, $actor)
        ON CONFLICT DO NOTHING
        """);

    private readonly SqliteCommand _findById = connection.Statement(
        $"SELECT {Columns} FROM spooled_events WHERE company_id = $company_id AND event_id = $event_id");

    private readonly SqliteCommand _readAgent = connection.Statement(
        $"SELECT {Columns} FROM spooled_events WHERE company_id = $company_id AND agent_id = $agent_id");

    private readonly SqliteCommand _readAfter = connection.Statement(
        $"SELECT {Columns} FROM spooled_events WHERE number > $after ORDER BY number LIMIT $most");

    private readonly SqliteCommand _removeThrough = connection.Statement(
        "DELETE FROM spooled_events WHERE number <= $through");

    /// <summary>The number of the last event; 0: there is none.</summary>
    public long LastNumber() => _lastNumber.QueryNumber();

    /// <summary>Adds the event, or says how it compares with the one that has its id.</summary>
    public AppendResult Append(in EventToAppend toAppend)
    {
        var added = toAppend.Event;
        var isNew = 1 == _insert.Execute(
            added.Agent.CompanyId, added.Agent.AgentId, (long)added.Status, (long)added.Origin, added.OccurredAtMs,
            added.EventId, toAppend.RecordedAtMs, toAppend.AnyOccurredAt ? 1L : 0L, added.Sequence,
            added.CallId == 0 ? null : added.CallId, OrNull(added.DeviceId), OrNull(added.Label), OrNull(added.Actor));
        return isNew ? new(AppendOutcome.Stored, added, IsSpooled: true) : Find(toAppend)!.Value;
    }

    /// <summary>How the event compares with the one that has its id; null where none has.</summary>
    public AppendResult? Find(in EventToAppend toAppend) =>
        FindById(toAppend.Event.Agent.CompanyId, toAppend.Event.EventId) is { } spooled
            ? toAppend.CompareWith(spooled.ToAppend.Event) with { IsSpooled = true }
            : null;

    /// <summary>The event with this id; null: it is not in the spool.</summary>
    public SpooledEvent? FindById(long companyId, string eventId) =>
        Rows(_findById.Bind(companyId, eventId)) is [var spooled] ? spooled : null;

    /// <summary>The agent's events, without order.</summary>
    public List<SpooledEvent> ReadAgent(AgentKey agent) => Rows(_readAgent.Bind(agent.CompanyId, agent.AgentId));

    /// <summary>The oldest events behind this number.</summary>
    public List<SpooledEvent> ReadAfter(long number, int most) => Rows(_readAfter.Bind(number, most));

    /// <summary>Removes the events up to this number, and says how many.</summary>
    public int RemoveThrough(long number) => _removeThrough.Execute(number);

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private static List<SpooledEvent> Rows(SqliteCommand command) => command.ReadRows(row => new SpooledEvent(
        row.GetInt64(0),
        new(row.GetEvent(row.GetInt64(1), 4), row.GetInt64(2), AnyOccurredAt: row.GetInt64(3) != 0)));
}

/// <summary>An event in the spool.</summary>
/// <param name="Number">Its place: the oldest has the least.</param>
/// <param name="ToAppend">The event, as it will be appended to the store.</param>
public readonly record struct SpooledEvent(long Number, EventToAppend ToAppend);
