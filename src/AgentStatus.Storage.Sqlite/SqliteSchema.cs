namespace AgentStatus.Storage.Sqlite;

/// <summary>The tables of a file, and the version of their shape.</summary>
/// <param name="Version">1 or more; it stands in the file as user_version.</param>
/// <param name="Script">Makes everything in an empty file.</param>
/// <param name="LastNumber">Asks for the number of the last event, which only rises while events are in it.</param>
/// <param name="Upgrades">For each older version that is still read, what makes the next one of it.</param>
internal sealed record SqliteSchema(
    long Version, string Script, string LastNumber, IReadOnlyDictionary<long, string>? Upgrades = null)
{
    /// <summary>Bytes. Events of many agents touch a page or two each: with pages of 8 KiB the log takes fewer writes
    /// for the same rows, and appending a tenth less processor time, than with SQLite's 4 KiB; with 2 KiB it takes
    /// more.</summary>
    private const int PageSize = 8_192;

    /// <summary>Makes the tables in an empty database, and upgrades an older one.</summary>
    /// <returns>Whether events are numbered in it as in the last run: an older version may have had no
    /// numbers.</returns>
    /// <exception cref="StoreException">The database is another program's, or a newer server's.</exception>
    public bool Ensure(SqliteConnection connection, string path)
    {
        var version = connection.QueryNumber("PRAGMA user_version");
        var isCurrent = version == Version;
        if (version > Version)
        {
            throw new StoreException(
                $"{path} was written by a newer server (schema {version}, this one knows {Version}): start that one.");
        }

        for (; version > 0 && version < Version && Upgrades?.GetValueOrDefault(version) is { } upgrade; version++)
        {
            connection.Execute($"BEGIN IMMEDIATE; {upgrade} PRAGMA user_version = {version + 1}; COMMIT");

            // The driver says nothing of a statement that fails behind one that has a result.
            if (connection.QueryNumber("PRAGMA user_version") != version + 1)
                throw new StoreException($"{path} could not be upgraded from schema {version}; it is as it was.");
        }

        if (version == Version)
            return isCurrent;
        if (version > 0)
            throw new StoreException($"{path} was written by a server before the first release: move it away.");
        if (connection.QueryNumber("SELECT count(*) FROM sqlite_schema") > 0)
        {
            throw new StoreException(
                $"{path} is another program's database: move it away, or set Storage:Path to another directory.");
        }

        connection.Execute($"PRAGMA page_size = {PageSize}");
        connection.Execute($"BEGIN IMMEDIATE; {Script} PRAGMA user_version = {Version}; COMMIT");
        return true;
    }
}
