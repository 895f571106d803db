namespace AgentStatus.Storage.Sqlite;

/// <summary>Short forms for statements that are compiled once and run often.</summary>
internal static class SqliteStatements
{
    /// <summary>A statement whose parameters are set by position.</summary>
    public static SqliteCommand Statement(
        this SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var statement = connection.CreateCommand();
        statement.CommandText = sql;
        foreach (var parameter in parameters)
            statement.Parameters.Add(new() { ParameterName = parameter });
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
        return (long)command.ExecuteScalar()!;
    }

    public static void Bind(this SqliteCommand statement, int parameter, object? value) =>
        statement.Parameters[parameter].Value = value ?? DBNull.Value;

    public static long? FindInt64(this SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetInt64(column);
}
