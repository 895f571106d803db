using System.Text.Json;
using static SQLitePCL.raw;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Turns what SQLite throws into a <see cref="StoreException"/> that says what to do about the file.</summary>
internal sealed class SqliteFailures(string path)
{
    private readonly string _name = Path.GetFileName(path);

    public T Explain<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException failure)
        {
            throw new StoreException(Describe(failure, path), failure) { ForClients = Describe(failure, _name) };
        }
        catch (JsonException failure)
        {
            const string Fault = "has offline periods that are not JSON [[start, end], ...].";
            throw new StoreException($"{path} {Fault}", failure) { ForClients = $"{_name} {Fault}" };
        }
    }

    public void Explain(Action work) => Explain(() =>
    {
        work();
        return true;
    });

    private static string Describe(SqliteException failure, string path) => failure.SqliteErrorCode switch
    {
        SQLITE_FULL => $"The disk is full: make room for {path}.",
        SQLITE_READONLY or SQLITE_CANTOPEN or SQLITE_PERM or SQLITE_AUTH =>
            $"{path} cannot be opened for writing: let the server's user write the file and its directory.",
        SQLITE_NOTADB => $"{path} is not a SQLite database: move it away, or set Storage:Path to another directory.",
        SQLITE_CORRUPT => $"{path} is damaged: restore it from a backup.",
        SQLITE_BUSY or SQLITE_LOCKED => $"{path} is locked by another program: end that program or its transaction.",
        SQLITE_IOERR => $"{path} cannot be read or written: check its disk ({failure.Message}).",
        _ => $"{path}: {failure.Message}",
    };
}
