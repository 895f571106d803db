namespace AgentStatus.Storage.Sqlite;

/// <summary>The tables, and the version of their shape.</summary>
/// <remarks>Instants are milliseconds since the Unix epoch, UTC; statuses and origins the numbers of the contract. The
/// views show both as text.</remarks>
internal static class StoreSchema
{
    /// <summary>status_events is clustered by agent, origin and instant, so that an origin's last event before an
    /// instant is one seek and its events since then are neighbours. Its unique key begins with the id, not the
    /// company: ids that sort by time then go to one page, whichever company they are of, and a commit writes half as
    /// many pages. In files from before it is the other way round, which is slower and no less right. offline_periods'
    /// indexes serve the search for stale ones.</summary>
    private const string Tables = """
        CREATE TABLE status_events (
            company_id INTEGER NOT NULL,
            agent_id INTEGER NOT NULL,
            origin INTEGER NOT NULL CHECK (origin BETWEEN 1 AND 5),
            occurred_at INTEGER NOT NULL,
            event_id TEXT NOT NULL,
            status INTEGER NOT NULL CHECK (status BETWEEN 1 AND 8),
            recorded_at INTEGER NOT NULL,
            sequence INTEGER NOT NULL DEFAULT 0,
            call_id INTEGER,
            device_id TEXT,
            label TEXT,
            actor TEXT,
            PRIMARY KEY (company_id, agent_id, origin, occurred_at, event_id),
            UNIQUE (event_id, company_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE business_hours (
            company_id INTEGER NOT NULL,
            number INTEGER NOT NULL,
            in_force_from INTEGER NOT NULL,
            content TEXT NOT NULL,
            PRIMARY KEY (company_id, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE offline_periods (
            company_id INTEGER NOT NULL,
            agent_id INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            periods TEXT,
            business_ms INTEGER,
            computed_through INTEGER NOT NULL,
            hours_in_force_from INTEGER,
            hours_fault TEXT,
            PRIMARY KEY (company_id, agent_id, started_at)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX offline_periods_by_end ON offline_periods (company_id, ended_at, hours_in_force_from);

        CREATE INDEX offline_periods_without_hours ON offline_periods (company_id) WHERE hours_in_force_from IS NULL;
        """;

    /// <summary>The events that offline_periods may not have taken in yet: each comes in the transaction of its event,
    /// behind those that are there, and goes with a checkpoint of the projection. The last row stays, of agent 0, so
    /// that numbers go on from it.</summary>
    private const string PendingPeriods = """
        CREATE TABLE pending_offline_periods (
            number INTEGER PRIMARY KEY,
            company_id INTEGER NOT NULL,
            agent_id INTEGER NOT NULL,
            changed_from INTEGER NOT NULL
        ) STRICT;
        """;

    /// <summary>For what precedes a slice: nothing before an agent's last LEFT counts. Few rows have it.</summary>
    private const string LeftIndex = """
        CREATE INDEX status_events_left ON status_events (company_id, agent_id, occurred_at) WHERE status = 8;

        """;

    /// <summary>The rings that are kept (version 4), and how analysts read them.</summary>
    private const string CallSteps = $"""
        CREATE TABLE call_steps (
            {CallStepTable.ColumnsScript},
            PRIMARY KEY ({CallStepTable.Key})
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX call_steps_by_time ON call_steps (company_id, ring_at, call_id);

        CREATE INDEX call_steps_by_agent ON call_steps (company_id, agent_id, ring_at, call_id);

        CREATE VIEW readable_call_steps AS
        SELECT company_id, call_id, ring_group_id, agent_id,
            CASE queue_rule WHEN 1 THEN 'ALWAYS' WHEN 2 THEN 'AVAILABLE_ONLY' END AS queue_rule,
            strftime('%Y-%m-%dT%H:%M:%fZ', ring_at / 1000.0, 'unixepoch') AS ring_at,
            CASE outcome WHEN 1 THEN 'NO_ANSWER' WHEN 2 THEN 'REJECTED' WHEN 3 THEN 'UNREACHABLE'
                WHEN 4 THEN 'CANCELLED' WHEN 5 THEN 'ANSWERED_ELSEWHERE' WHEN 6 THEN 'ANSWERED'
                WHEN 7 THEN 'DEVICE_BUSY' END AS outcome,
            label,
            CASE status WHEN 1 THEN 'ONLINE' WHEN 2 THEN 'IDLE' WHEN 3 THEN 'ON_CALL' WHEN 4 THEN 'WRAP_UP'
                WHEN 5 THEN 'BUSY' WHEN 6 THEN 'AWAY' WHEN 7 THEN 'OFFLINE' END AS status,
            nullif(status_label, '') AS status_label,
            strftime('%Y-%m-%dT%H:%M:%fZ', status_since / 1000.0, 'unixepoch') AS status_since,
            CASE origin WHEN 1 THEN 'AGENT' WHEN 2 THEN 'SUPERVISOR' WHEN 3 THEN 'APP' WHEN 4 THEN 'CALL'
                WHEN 5 THEN 'SYSTEM' END AS origin,
            strftime('%Y-%m-%dT%H:%M:%fZ', known_through / 1000.0, 'unixepoch') AS known_through,
            strftime('%Y-%m-%dT%H:%M:%fZ', recorded_at / 1000.0, 'unixepoch') AS recorded_at
        FROM call_steps;
        """;

    /// <summary>What all servers of a store have the same (version 4).</summary>
    private const string Settings = """
        CREATE TABLE settings (
            name TEXT NOT NULL PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        """;

    /// <summary>Events that do not count; a row may come before its event (version 4).</summary>
    private const string Retractions = $"""
        CREATE TABLE retractions (
            {RetractionTable.ColumnsScript},
            PRIMARY KEY (company_id, event_id)
        ) STRICT, WITHOUT ROWID;

        """;

    /// <summary>What is being erased, and of what was erased the hashes of the ids (version 6).</summary>
    private const string Erasure = ErasureTable.Script + ErasedIdTable.Script;

    private const string EventView = """
        CREATE VIEW readable_status_events AS
        SELECT company_id, agent_id,
            CASE status WHEN 1 THEN 'ONLINE' WHEN 2 THEN 'IDLE' WHEN 3 THEN 'ON_CALL' WHEN 4 THEN 'WRAP_UP'
                WHEN 5 THEN 'BUSY' WHEN 6 THEN 'AWAY' WHEN 7 THEN 'OFFLINE' WHEN 8 THEN 'LEFT' END AS status,
            CASE origin WHEN 1 THEN 'AGENT' WHEN 2 THEN 'SUPERVISOR' WHEN 3 THEN 'APP' WHEN 4 THEN 'CALL'
                WHEN 5 THEN 'SYSTEM' END AS origin,
            strftime('%Y-%m-%dT%H:%M:%fZ', occurred_at / 1000.0, 'unixepoch') AS occurred_at,
            strftime('%Y-%m-%dT%H:%M:%fZ', recorded_at / 1000.0, 'unixepoch') AS recorded_at,
            event_id, sequence, call_id, device_id, label, actor
        FROM status_events;
        """;

    private const string PeriodsView = """
        CREATE VIEW readable_offline_periods AS
        SELECT company_id, agent_id,
            strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1000.0, 'unixepoch') AS started_at,
            strftime('%Y-%m-%dT%H:%M:%fZ', ended_at / 1000.0, 'unixepoch') AS ended_at,
            business_ms / 1000.0 AS business_seconds,
            strftime('%Y-%m-%dT%H:%M:%fZ', computed_through / 1000.0, 'unixepoch') AS computed_through,
            hours_fault
        FROM offline_periods;
        """;

    /// <summary>What events can say since version 4. SQLite can add columns to a table of any size at once, but cannot
    /// change a CHECK: its text is edited in place, as SQLite's documentation of ALTER TABLE describes for changes that
    /// no row is affected by.</summary>
    private const string EventsOfVersion4 = """
        ALTER TABLE status_events ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE status_events ADD COLUMN call_id INTEGER;
        ALTER TABLE status_events ADD COLUMN device_id TEXT;
        ALTER TABLE status_events ADD COLUMN label TEXT;
        ALTER TABLE status_events ADD COLUMN actor TEXT;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema
        SET sql = replace(replace(sql, 'origin BETWEEN 1 AND 4', 'origin BETWEEN 1 AND 5'),
            'status BETWEEN 1 AND 7', 'status BETWEEN 1 AND 8')
        WHERE type = 'table' AND name = 'status_events';
        PRAGMA writable_schema = RESET;
        DROP VIEW readable_status_events;
        """;

    /// <summary>From version 3 to 4: why a period has no business periods.</summary>
    private const string HoursFaults = $"""
        ALTER TABLE offline_periods ADD COLUMN hours_fault TEXT;
        DROP VIEW readable_offline_periods;
        {PeriodsView}
        """;

    /// <summary>Files of version 2 wrote the periods with the events: nothing is pending in them.</summary>
    public static SqliteSchema Current { get; } = new(
        Version: 6,
        Tables + PendingPeriods + CallSteps + Retractions + Settings + AuditTable.Script + Erasure + LeftIndex
            + EventView + PeriodsView,
        PendingPeriodTable.LastNumberQuery,
        new Dictionary<long, string>
        {
            [2] = PendingPeriods,
            [3] = EventsOfVersion4 + LeftIndex + EventView + HoursFaults + CallSteps + Retractions + Settings,
            [4] = AuditTable.Script,
            [5] = Erasure,
        });
}
