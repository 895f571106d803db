namespace AgentStatus.Storage.Sqlite;

/// <summary>The table business_hours: hours versions.</summary>
internal sealed class HoursTable(SqliteConnection connection)
{
    private const string Columns = "company_id, number, in_force_from, content";

    private readonly SqliteCommand _add = connection.Statement(
        $"""
        INSERT INTO business_hours ({Columns})
        VALUES ($company_id, $number, $in_force_from, $content)
        ON CONFLICT DO NOTHING
        """,
        "$company_id", "$number", "$in_force_from", "$content");

    private readonly SqliteCommand _find = connection.Statement(
        $"SELECT {Columns} FROM business_hours WHERE company_id = $company_id AND number = $number",
        "$company_id", "$number");

    private readonly SqliteCommand _read = connection.Statement(
        $"SELECT {Columns} FROM business_hours ORDER BY company_id, number");

    /// <summary>Adds the version, and returns the one that stands under its number.</summary>
    public StoredHours Add(StoredHours hours)
    {
        _add.Bind(0, hours.CompanyId);
        _add.Bind(1, hours.Number);
        _add.Bind(2, hours.InForceFromMs);
        _add.Bind(3, hours.Json);
        if (_add.ExecuteNonQuery() == 1) return hours;
        _find.Bind(0, hours.CompanyId);
        _find.Bind(1, hours.Number);
        return Rows(_find)[0];
    }

    public IReadOnlyList<StoredHours> Read() => Rows(_read);

    private static List<StoredHours> Rows(SqliteCommand command)
    {
        var versions = new List<StoredHours>();
        using var row = command.ExecuteReader();
        while (row.Read())
            versions.Add(new(row.GetInt64(0), row.GetInt32(1), row.GetInt64(2), row.GetString(3)));
        return versions;
    }
}
