using AgentStatus.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Storage.Tests;

/// <summary>How SQLite finds what is old.</summary>
public sealed class SqliteRetentionTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void No_statement_goes_through_a_whole_table()
    {
        using (SqliteStatusStore.Open(_directory.Path)) { }
        using var connection = new SqliteConnection(
            $"Data Source={_directory.File(SqliteStatusStore.FileName)};Pooling=False");
        connection.Open();
        foreach (var script in RetentionStatements.Scripts)
        {
            using var plan = connection.Statement($"EXPLAIN QUERY PLAN {script}");
            foreach (SqliteParameter parameter in plan.Parameters) parameter.Value = 1;
            var steps = plan.ReadRows(row => row.GetString(3));
            Assert.NotEmpty(steps);
            Assert.DoesNotContain(
                steps, step => step.StartsWith("SCAN", StringComparison.Ordinal)
                    && step is not ("SCAN origins" or "SCAN 5 CONSTANT ROWS" or "SCAN CONSTANT ROW"));
        }
    }
}
