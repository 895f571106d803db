using System.Text.RegularExpressions;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Short forms for statements that are compiled once and run often.</summary>
internal static partial class SqliteStatements
{
    /// <summary>A statement whose parameters are set in the order in which its text first names them.</summary>
    public static SqliteCommand Statement(this SqliteConnection connection, string sql)
    {
        var statement = connection.CreateCommand();
        statement.CommandText = sql;
        foreach (var name in ParameterName().Matches(sql).Select(match => match.Value).Distinct())
            statement.Parameters.Add(new() { ParameterName = name });
        return statement;
    }

    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.Statement(sql);
        command.ExecuteNonQuery();
    }

    public static long QueryNumber(this SqliteConnection connection, string sql)
    {
        using var command = connection.Statement(sql);
        return command.QueryNumber();
    }

    public static long QueryNumber(this SqliteCommand statement) => (long)statement.ExecuteScalar()!;

    /// <summary>Runs the statement with these parameters, and says how many rows it changed.</summary>
    public static int Execute(this SqliteCommand statement, params ReadOnlySpan<object?> parameters) =>
        statement.Bind(parameters).ExecuteNonQuery();

    /// <summary>Sets the first parameters; the others stay as they are.</summary>
    public static SqliteCommand Bind(this SqliteCommand statement, params ReadOnlySpan<object?> parameters)
    {
        for (var i = 0; i < parameters.Length; i++)
            statement.Parameters[i].Value = parameters[i] ?? DBNull.Value;
        return statement;
    }

    public static List<T> ReadRows<T>(this SqliteCommand statement, Func<SqliteDataReader, T> read)
    {
        var rows = new List<T>();
        using var row = statement.ExecuteReader();
        while (row.Read())
            rows.Add(read(row));
        return rows;
    }

    public static AgentKey GetAgent(this SqliteDataReader row, int column) =>
        new(row.GetInt64(column), row.GetInt64(column + 1));

    /// <summary>An event in ten columns from this one on: agent_id, status, origin, occurred_at, event_id, sequence,
    /// call_id, device_id, label, actor; the last four may be null.</summary>
    public static StatusEvent GetEvent(this SqliteDataReader row, long companyId, int column) => new(
        new(companyId, row.GetInt64(column)), (Status)row.GetInt64(column + 1), (Origin)row.GetInt64(column + 2),
        row.GetInt64(column + 3), row.GetString(column + 4))
    {
        Sequence = row.GetInt64(column + 5),
        CallId = row.FindInt64(column + 6) ?? 0,
        DeviceId = row.GetTextOrEmpty(column + 7),
        Label = row.GetTextOrEmpty(column + 8),
        Actor = row.GetTextOrEmpty(column + 9),
    };

    private static string GetTextOrEmpty(this SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? "" : row.GetString(column);

    public static long? FindInt64(this SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetInt64(column);

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex ParameterName();
}
