using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.Sqlite;

/// <summary>The table call_steps, or spooled_call_steps, which has the same columns and a number: each row a ring that
/// is kept.</summary>
internal sealed class CallStepTable(SqliteConnection connection, string table = "call_steps")
{
    /// <summary>The columns: the ring, what was kept of it, and the classification that was given. Statuses and the
    /// like are the contract's numbers, 0 where there is none; instants are milliseconds since the Unix epoch. Kept
    /// clustered by call in a store; a search by time, or by agent and time, is one pass of an index.</summary>
    public const string ColumnsScript = """
        company_id INTEGER NOT NULL,
        call_id INTEGER NOT NULL,
        ring_at INTEGER NOT NULL,
        agent_id INTEGER NOT NULL,
        ring_group_id INTEGER NOT NULL,
        queue_rule INTEGER NOT NULL,
        outcome INTEGER NOT NULL,
        classification INTEGER NOT NULL,
        label TEXT NOT NULL,
        status INTEGER NOT NULL,
        status_label TEXT NOT NULL,
        status_since INTEGER,
        origin INTEGER NOT NULL,
        known_through INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL
        """;

    /// <summary>What identifies a ring, in the order of Call Steps.</summary>
    public const string Key = "company_id, call_id, ring_at, agent_id, ring_group_id";

    private const string Given =
        "outcome, classification, label, status, status_label, status_since, origin, known_through, recorded_at";

    private const string Columns = $"{Key}, queue_rule, {Given}";

    private const string IsRing = """
        company_id = $company_id AND call_id = $call_id AND ring_at = $ring_at AND agent_id = $agent_id
            AND ring_group_id = $ring_group_id
        """;

    private readonly SqliteCommand _find = connection.Statement($"SELECT {Columns} FROM {table} WHERE {IsRing}");

    private readonly SqliteCommand _insert = connection.Statement(
        $"""
        INSERT INTO {table} ({Columns})
        VALUES ($company_id, $call_id, $ring_at, $agent_id, $ring_group_id, $queue_rule, $outcome, $classification,
            $label, $status, $status_label, $status_since, $origin, $known_through, $recorded_at)
        ON CONFLICT DO NOTHING
        """);

    private readonly SqliteCommand _update = connection.Statement(
        $"""
        UPDATE {table} SET ({Given}) = ($outcome, $classification, $label, $status, $status_label, $status_since,
            $origin, $known_through, $recorded_at)
        WHERE {IsRing}
        """);

    private readonly SqliteCommand _read = connection.Statement(
        $"""
        SELECT {Columns} FROM {table}
        WHERE company_id = $company_id AND call_id = $call_id AND ring_at >= $from AND ring_at < $to
            AND ($agent_id = 0 OR agent_id = $agent_id)
        ORDER BY ring_at, agent_id, ring_group_id LIMIT $most
        """);

    private readonly SqliteCommand _findCalls = connection.Statement(FindCallsOf(table, ""));

    private readonly SqliteCommand _findCallsOfAgent =
        connection.Statement(FindCallsOf(table, "AND agent_id = $agent_id "));

    /// <summary>Keeps the step, or says what became of it.</summary>
    public KeepResult Keep(CallStep step)
    {
        var ring = step.Ring;
        var given = step.Given;
        var isNew = 1 == _insert.Execute(
            ring.CompanyId, ring.CallId, ring.RingAtMs, ring.AgentId, ring.RingGroupId, (long)step.QueueRule,
            (long)step.Outcome, (long)given.Classification, given.Label, (long)given.Status, given.StatusLabel,
            given.SinceMs, (long)given.Origin, given.KnownThroughMs, step.RecordedAtMs);
        if (isNew) return new(step, IsRefused: false);
        var kept = Find(ring)!;
        var change = step.ChangeOf(kept);
        if (change == StepChange.Outcome)
        {
            _update.Execute(
                (long)step.Outcome, (long)given.Classification, given.Label, (long)given.Status, given.StatusLabel,
                given.SinceMs, (long)given.Origin, given.KnownThroughMs, step.RecordedAtMs, ring.CompanyId,
                ring.CallId, ring.RingAtMs, ring.AgentId, ring.RingGroupId);
        }

        return new(step.After(kept), IsRefused: change == StepChange.Refused);
    }

    /// <summary>What is kept of the ring; null: nothing.</summary>
    public CallStep? Find(in RingKey ring) =>
        _find.Bind(ring.CompanyId, ring.CallId, ring.RingAtMs, ring.AgentId, ring.RingGroupId).ReadRows(ReadStep)
            is [var kept] ? kept : null;

    /// <summary>See <see cref="ICallStepStore.Read"/>.</summary>
    public IReadOnlyList<CallStep> Read(StepQuery query, IEnumerable<long> callIds, int most)
    {
        var steps = new List<CallStep>();
        foreach (var callId in callIds.Order())
        {
            steps.AddRange(_read.Bind(
                query.CompanyId, callId, query.FromMs, query.ToMs, query.AgentId, most - steps.Count)
                .ReadRows(ReadStep));
        }

        return steps;
    }

    /// <summary>See <see cref="ICallStepStore.Find"/>.</summary>
    public CallScan Find(StepQuery query, CallAt after, int most)
    {
        var (fromMs, fromCall) = after.RingAtMs < query.FromMs ? (query.FromMs, 0L) : (after.RingAtMs, after.CallId);
        var find = query.AgentId == 0 ? _findCalls : _findCallsOfAgent;
        var found = find.Bind(
            query.AgentId == 0
                ? [query.CompanyId, fromMs, fromCall, query.ToMs, most]
                : [query.CompanyId, query.AgentId, fromMs, fromCall, query.ToMs, most])
            .ReadRows(row => new CallAt(row.GetInt64(0), row.GetInt64(1)));
        return new(found, IsComplete: found.Count < most);
    }

    /// <summary>A step whose columns begin with this row's first.</summary>
    public static CallStep ReadStep(SqliteDataReader row) => new(
        new(row.GetInt64(0), row.GetInt64(1), RingGroupId: row.GetInt64(4), AgentId: row.GetInt64(3),
            RingAtMs: row.GetInt64(2)),
        (QueueRule)row.GetInt64(5),
        (RingOutcome)row.GetInt64(6),
        new((RingClassification)row.GetInt64(7), row.GetString(8), (Status)row.GetInt64(9), row.GetString(10),
            row.FindInt64(11), (Origin)row.GetInt64(12), row.GetInt64(13)),
        row.GetInt64(14));

    /// <summary>The oldest rows by number, of a table that has one.</summary>
    public static string OldestOf(string table) =>
        $"SELECT {Columns}, number FROM {table} ORDER BY number LIMIT $most";

    private static string FindCallsOf(string table, string ofAgent) =>
        $"""
        SELECT DISTINCT ring_at, call_id FROM {table}
        WHERE company_id = $company_id {ofAgent}AND (ring_at, call_id) > ($from, $call_id) AND ring_at < $to
        ORDER BY ring_at, call_id LIMIT $most
        """;
}
