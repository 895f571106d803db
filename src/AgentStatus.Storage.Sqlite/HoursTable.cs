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
        """);

    private readonly SqliteCommand _find = connection.Statement(
        $"SELECT {Columns} FROM business_hours WHERE company_id = $company_id AND number = $number");

    private readonly SqliteCommand _read = connection.Statement(
        $"SELECT {Columns} FROM business_hours ORDER BY company_id, number");

    /// <summary>Adds the version, and returns the one that stands under its number.</summary>
    public StoredHours Add(StoredHours hours) =>
        _add.Execute(hours.CompanyId, hours.Number, hours.InForceFromMs, hours.Json) == 1
            ? hours
            : Rows(_find.Bind(hours.CompanyId, hours.Number))[0];

    public IReadOnlyList<StoredHours> Read() => Rows(_read);

    private static List<StoredHours> Rows(SqliteCommand command) => command.ReadRows(
        row => new StoredHours(row.GetInt64(0), row.GetInt32(1), row.GetInt64(2), row.GetString(3)));
}
