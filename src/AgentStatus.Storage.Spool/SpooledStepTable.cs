using AgentStatus.Core.Rings;
using AgentStatus.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Storage.Spool;

/// <summary>The table spooled_call_steps: a queue in which a ring is found.</summary>
internal sealed class SpooledStepTable(SqliteConnection connection)
{
    private const string Name = "spooled_call_steps";

    /// <summary>Makes it, in a new spool and in one of before there were call steps (version 2).</summary>
    public const string Script = $"""
        CREATE TABLE {Name} (
            number INTEGER PRIMARY KEY,
            {CallStepTable.ColumnsScript},
            UNIQUE ({CallStepTable.Key})
        ) STRICT;

        CREATE INDEX {Name}_by_time ON {Name} (company_id, ring_at, call_id);
        """;

    private readonly SqliteCommand _oldest = connection.Statement(CallStepTable.OldestOf(Name));

    private readonly SqliteCommand _removeThrough =
        connection.Statement($"DELETE FROM {Name} WHERE number <= $through");

    private readonly SqliteCommand _count = connection.Statement($"SELECT count(*) FROM {Name}");

    /// <summary>The steps, as in a store.</summary>
    public CallStepTable Steps { get; } = new(connection, Name);

    public long Count() => _count.QueryNumber();

    /// <summary>The oldest steps, and the number of the last of them.</summary>
    public (IReadOnlyList<CallStep> Steps, long Through) ReadOldest(int most)
    {
        var rows = _oldest.Bind(most).ReadRows(row => (CallStepTable.ReadStep(row), row.GetInt64(15)));
        return ([.. rows.Select(row => row.Item1)], rows.Count == 0 ? 0 : rows[^1].Item2);
    }

    /// <summary>Removes the steps up to this number, and says how many.</summary>
    public int RemoveThrough(long number) => _removeThrough.Execute(number);
}
