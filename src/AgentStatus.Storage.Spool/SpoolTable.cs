using AgentStatus.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Storage.Spool;

/// <summary>The table spooled_events: a queue in which an id is found.</summary>
internal sealed class SpoolTable(SqliteConnection connection)
{
    private const string Columns =
        "number, company_id, agent_id, status, origin, occurred_at, event_id, recorded_at, any_occurred_at";

    /// <summary>Statuses and origins are the numbers of the contract; instants are milliseconds since the Unix
    /// epoch.</summary>
    public static SqliteSchema Schema { get; } = new(Version: 2, """
        CREATE TABLE spooled_events (
            number INTEGER PRIMARY KEY,
            company_id INTEGER NOT NULL,
            agent_id INTEGER NOT NULL,
            status INTEGER NOT NULL CHECK (status BETWEEN 1 AND 7),
            origin INTEGER NOT NULL CHECK (origin BETWEEN 1 AND 4),
            occurred_at INTEGER NOT NULL,
            event_id TEXT NOT NULL,
            recorded_at INTEGER NOT NULL,
            any_occurred_at INTEGER NOT NULL,
            UNIQUE (company_id, event_id)
        ) STRICT;

        CREATE INDEX spooled_events_by_agent ON spooled_events (company_id, agent_id);
        """ + SpooledStepTable.Script,
        "SELECT coalesce(max(number), 0) FROM spooled_events",
        new Dictionary<long, string> { [1] = SpooledStepTable.Script });

    private readonly SqliteCommand _lastNumber = connection.Statement(Schema.LastNumber);

    private readonly SqliteCommand _insert = connection.Statement(
        """
        INSERT INTO spooled_events (
            company_id, agent_id, status, origin, occurred_at, event_id, recorded_at, any_occurred_at)
        VALUES ($company_id, $agent_id, $status, $origin, $occurred_at, $event_id, $recorded_at, $any_occurred_at)
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
            added.EventId, toAppend.RecordedAtMs, toAppend.AnyOccurredAt ? 1L : 0L);
        return isNew ? new(AppendOutcome.Stored, added, IsSpooled: true) : Find(toAppend)!.Value;
    }

    /// <summary>How the event compares with the one that has its id; null where none has.</summary>
    public AppendResult? Find(in EventToAppend toAppend) =>
        Rows(_findById.Bind(toAppend.Event.Agent.CompanyId, toAppend.Event.EventId)) is [var spooled]
            ? toAppend.CompareWith(spooled.ToAppend.Event) with { IsSpooled = true }
            : null;

    /// <summary>The agent's events, without order.</summary>
    public List<SpooledEvent> ReadAgent(AgentKey agent) => Rows(_readAgent.Bind(agent.CompanyId, agent.AgentId));

    /// <summary>The oldest events behind this number.</summary>
    public List<SpooledEvent> ReadAfter(long number, int most) => Rows(_readAfter.Bind(number, most));

    /// <summary>Removes the events up to this number, and says how many.</summary>
    public int RemoveThrough(long number) => _removeThrough.Execute(number);

    private static List<SpooledEvent> Rows(SqliteCommand command) => command.ReadRows(row => new SpooledEvent(
        row.GetInt64(0),
        new(
            new(row.GetAgent(1), (Status)row.GetInt64(3), (Origin)row.GetInt64(4), row.GetInt64(5), row.GetString(6)),
            row.GetInt64(7),
            AnyOccurredAt: row.GetInt64(8) != 0)));
}

/// <summary>An event in the spool.</summary>
/// <param name="Number">Its place: the oldest has the least.</param>
/// <param name="ToAppend">The event, as it will be appended to the store.</param>
public readonly record struct SpooledEvent(long Number, EventToAppend ToAppend);
