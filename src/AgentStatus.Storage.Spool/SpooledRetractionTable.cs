using AgentStatus.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Storage.Spool;

/// <summary>The table spooled_retractions: a queue.</summary>
internal sealed class SpooledRetractionTable(SqliteConnection connection)
{
    private const string Name = "spooled_retractions";

    /// <summary>Makes it, in a new spool and in one of before there were retractions (version 2).</summary>
    public const string Script = $"""
        CREATE TABLE {Name} (
            number INTEGER PRIMARY KEY,
            {RetractionTable.ColumnsScript},
            UNIQUE (company_id, event_id)
        ) STRICT;

        """;

    private readonly SqliteCommand _oldest = connection.Statement(
        $"SELECT company_id, event_id, reason, actor, recorded_at, number FROM {Name} ORDER BY number LIMIT $most");

    private readonly SqliteCommand _removeThrough =
        connection.Statement($"DELETE FROM {Name} WHERE number <= $through");

    private readonly SqliteCommand _count = connection.Statement($"SELECT count(*) FROM {Name}");

    /// <summary>The retractions, as in a store.</summary>
    public RetractionTable Retractions { get; } = new(connection, Name);

    public long Count() => _count.QueryNumber();

    /// <summary>The oldest, and the number of the last of them.</summary>
    public (IReadOnlyList<Retraction> Retractions, long Through) ReadOldest(int most)
    {
        var rows = _oldest.Bind(most).ReadRows(row => (RetractionTable.Row(row), row.GetInt64(5)));
        return ([.. rows.Select(row => row.Item1)], rows.Count == 0 ? 0 : rows[^1].Item2);
    }

    /// <summary>Removes those up to this number, and says how many.</summary>
    public int RemoveThrough(long number) => _removeThrough.Execute(number);
}
