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
    public static SqliteSchema Schema { get; } = new(Version: 1, """
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
        """);

    private readonly SqliteCommand _insert = connection.Statement(
        """
        INSERT INTO spooled_events (
            company_id, agent_id, status, origin, occurred_at, event_id, recorded_at, any_occurred_at)
        VALUES ($company_id, $agent_id, $status, $origin, $occurred_at, $event_id, $recorded_at, $any_occurred_at)
        ON CONFLICT DO NOTHING
        """,
        "$company_id", "$agent_id", "$status", "$origin", "$occurred_at", "$event_id", "$recorded_at",
        "$any_occurred_at");

    private readonly SqliteCommand _findById = connection.Statement(
        $"SELECT {Columns} FROM spooled_events WHERE company_id = $company_id AND event_id = $event_id",
        "$company_id", "$event_id");

    private readonly SqliteCommand _readAgent = connection.Statement(
        $"SELECT {Columns} FROM spooled_events WHERE company_id = $company_id AND agent_id = $agent_id",
        "$company_id", "$agent_id");

    private readonly SqliteCommand _readAfter = connection.Statement(
        $"SELECT {Columns} FROM spooled_events WHERE number > $after ORDER BY number LIMIT $most",
        "$after", "$most");

    private readonly SqliteCommand _removeThrough = connection.Statement(
        "DELETE FROM spooled_events WHERE number <= $through", "$through");

    public long Count() => connection.QueryNumber("SELECT count(*) FROM spooled_events");

    /// <summary>Adds the event, or says how it compares with the one that has its id.</summary>
    public AppendResult Append(in EventToAppend toAppend)
    {
        var added = toAppend.Event;
        _insert.Bind(0, added.Agent.CompanyId);
        _insert.Bind(1, added.Agent.AgentId);
        _insert.Bind(2, (long)added.Status);
        _insert.Bind(3, (long)added.Origin);
        _insert.Bind(4, added.OccurredAtMs);
        _insert.Bind(5, added.EventId);
        _insert.Bind(6, toAppend.RecordedAtMs);
        _insert.Bind(7, toAppend.AnyOccurredAt ? 1L : 0L);
        return _insert.ExecuteNonQuery() == 1
            ? new(AppendOutcome.Stored, added, IsSpooled: true)
            : Find(toAppend)!.Value;
    }

    /// <summary>How the event compares with the one that has its id; null where none has.</summary>
    public AppendResult? Find(in EventToAppend toAppend)
    {
        _findById.Bind(0, toAppend.Event.Agent.CompanyId);
        _findById.Bind(1, toAppend.Event.EventId);
        return Rows(_findById) is [var spooled]
            ? toAppend.CompareWith(spooled.ToAppend.Event) with { IsSpooled = true }
            : null;
    }

    /// <summary>The agent's events, without order.</summary>
    public List<SpooledEvent> ReadAgent(AgentKey agent)
    {
        _readAgent.Bind(0, agent.CompanyId);
        _readAgent.Bind(1, agent.AgentId);
        return Rows(_readAgent);
    }

    /// <summary>The oldest events behind this number.</summary>
    public List<SpooledEvent> ReadAfter(long number, int most)
    {
        _readAfter.Bind(0, number);
        _readAfter.Bind(1, (long)most);
        return Rows(_readAfter);
    }

    /// <summary>Removes the events up to this number, and says how many.</summary>
    public int RemoveThrough(long number)
    {
        _removeThrough.Bind(0, number);
        return _removeThrough.ExecuteNonQuery();
    }

    private static List<SpooledEvent> Rows(SqliteCommand command)
    {
        var events = new List<SpooledEvent>();
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var agent = new AgentKey(row.GetInt64(1), row.GetInt64(2));
            var spooled = new StatusEvent(
                agent, (Status)row.GetInt64(3), (Origin)row.GetInt64(4), row.GetInt64(5), row.GetString(6));
            events.Add(new(row.GetInt64(0), new(spooled, row.GetInt64(7), AnyOccurredAt: row.GetInt64(8) != 0)));
        }

        return events;
    }
}

/// <summary>An event in the spool.</summary>
/// <param name="Number">Its place: the oldest has the least.</param>
/// <param name="ToAppend">The event, as it will be appended to the store.</param>
public readonly record struct SpooledEvent(long Number, EventToAppend ToAppend);
