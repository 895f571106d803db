using Microsoft.Data.Sqlite;

namespace AgentStatus.Storage.Sqlite;

/// <summary>The table business_hours: hours versions.</summary>
internal sealed class HoursTable(SqliteConnection connection)
{
    private readonly SqliteCommand _put = connection.Statement(
        """
        INSERT OR REPLACE INTO business_hours (company_id, in_force_from, content)
        VALUES ($company_id, $in_force_from, $content)
        """,
        "$company_id", "$in_force_from", "$content");

    private readonly SqliteCommand _read = connection.Statement(
        "SELECT company_id, in_force_from, content FROM business_hours ORDER BY company_id, in_force_from");

    public void Put(StoredHours hours)
    {
        _put.Bind(0, hours.CompanyId);
        _put.Bind(1, hours.InForceFromMs);
        _put.Bind(2, hours.Json);
        _put.ExecuteNonQuery();
    }

    public IReadOnlyList<StoredHours> Read()
    {
        var versions = new List<StoredHours>();
        using var row = _read.ExecuteReader();
        while (row.Read())
            versions.Add(new(row.GetInt64(0), row.GetInt64(1), row.GetString(2)));
        return versions;
    }
}
