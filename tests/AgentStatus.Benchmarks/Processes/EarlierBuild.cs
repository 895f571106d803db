using AgentStatus.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Benchmarks.Processes;

/// <summary>A server that is built already, of another commit.</summary>
/// <param name="Name">What the rows call it.</param>
/// <param name="Directory">Where its <see cref="Program"/> lies.</param>
internal sealed record EarlierBuild(string Name, string Directory)
{
    public const string Program = "AgentStatus.Server.dll";

    /// <summary>What a store is made of; what else a schema has can be empty.</summary>
    private static readonly string[] Tables = ["status_events", "business_hours", "offline_periods"];

    /// <summary>DIR, or NAME=DIR; null: there is no server.</summary>
    public static EarlierBuild? Find(string text)
    {
        var parts = text.Split('=', 2);
        var build = new EarlierBuild(parts.Length == 2 ? parts[0] : "earlier", Path.GetFullPath(parts[^1]));
        return File.Exists(Path.Combine(build.Directory, Program)) ? build : null;
    }

    /// <summary>Makes a store with the content of ours. The build makes its own schema, which may be another one: then
    /// the columns are copied that both have.</summary>
    public void CopyStore(string ours, string directory)
    {
        MeasuredServer.Start(this, directory).Dispose();
        var file = Path.Combine(directory, SqliteStatusStore.FileName);
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
        Run(connection, $"ATTACH '{Path.Combine(ours, SqliteStatusStore.FileName)}' AS ours");
        foreach (var table in Tables)
        {
            var both = Columns(connection, "ours", table).Intersect(Columns(connection, "main", table));
            var columns = string.Join(", ", both);
            Run(connection, $"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM ours.{table}");
        }
    }

    private static List<string> Columns(SqliteConnection connection, string schema, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT name FROM pragma_table_info('{table}', '{schema}')";
        using var row = command.ExecuteReader();
        var names = new List<string>();
        while (row.Read()) names.Add(row.GetString(0));
        return names;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
