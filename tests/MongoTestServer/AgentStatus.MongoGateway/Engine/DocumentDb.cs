using System.Data;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace AgentStatus.MongoGateway.Engine;

/// <summary>The DocumentDB engine inside PostgreSQL: one SQL function for a command. BSON goes both ways as bytes. For
/// any number of threads. Failures are <see cref="CommandException"/> or <see cref="DatabaseLostException"/>.</summary>
internal sealed class DocumentDb : IAsyncDisposable
{
    private const int MaxTries = 10;
    private const string Schema = "documentdb_api.";
    private const string AddOns = "select pg_advisory_xact_lock(4711);\n";

    private readonly NpgsqlDataSource _source;

    public DocumentDb(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            CommandTimeout = 0,
            MaxAutoPrepare = 40,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            IncludeErrorDetail = true,
            ApplicationName = "mongo-gateway",
        };
        _source = NpgsqlDataSource.Create(settings);
    }

    /// <summary>Adds what the gateway needs to the database, once for all gateways.</summary>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        using var script = new StreamReader(
            typeof(DocumentDb).Assembly.GetManifestResourceStream("write_once.sql")!, Encoding.UTF8);
        await using var command = _source.CreateCommand(AddOns + await script.ReadToEndAsync(cancel));
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The database's clock.</summary>
    public async Task<DateTimeOffset> NowAsync(CancellationToken cancel) =>
        new(await RunAsync("select clock_timestamp()", [], r => r.GetDateTime(0), cancel));

    /// <summary>Calls a function of the engine's API; the select's one column is the answer.</summary>
    public Task<byte[]> AskAsync(string select, CancellationToken cancel, params object[] arguments) =>
        RunAsync(select, arguments, r => r.GetFieldValue<byte[]>(0), cancel);

    public Task<Page> FirstPageAsync(
        string function, string database, ReadOnlyMemory<byte> command, CancellationToken cancel) =>
        RunAsync(
            "select cursorpage::bytea, continuation::bytea, cursorid from " +
            $"{Schema}{function}($1, $2::documentdb_core.bson)",
            [database, command], ReadPage, cancel);

    public Task<Page> NextPageAsync(
        string database, long cursorId, ReadOnlyMemory<byte> command, byte[] continuation, CancellationToken cancel) =>
        RunAsync(
            "select cursorpage::bytea, continuation::bytea, $4::bigint from " +
            $"{Schema}cursor_get_more($1, $2::documentdb_core.bson, $3::documentdb_core.bson)",
            [database, command, continuation, cursorId], ReadPage, cancel);

    /// <summary>Writes, in one transaction. With a session and its number, the same write comes to pass once, however
    /// often it is asked for.</summary>
    public Task<byte[]> WriteAsync(
        string command, string database, ReadOnlyMemory<byte> spec, ReadOnlyMemory<byte>? documents,
        byte[]? session, long number, CancellationToken cancel)
    {
        object sequence = documents is { } d ? d : DBNull.Value;
        return session is null
            ? AskAsync("select agentstatus_gateway.write($1, $2, $3, $4)", cancel, command, database, spec, sequence)
            : AskAsync(
                "select agentstatus_gateway.write_once($1, $2, $3, $4, $5, $6)", cancel,
                command, database, spec, sequence, session, number);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> RunAsync<T>(
        string sql, object[] arguments, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await using var command = _source.CreateCommand(sql);
                foreach (var argument in arguments) command.Parameters.Add(Parameter(argument));
                await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancel);
                if (!await reader.ReadAsync(cancel))
                    throw new CommandException(EngineErrors.InternalError, "The engine gave no answer.");
                return read(reader);
            }
            catch (NpgsqlException e) when (EngineErrors.MayBeRunAgain(e) && tries < MaxTries)
            {
            }
            catch (NpgsqlException e)
            {
                var told = EngineErrors.Translate(e);
                // The pool's other connections died with this one: without this each would fail one command more.
                if (told is DatabaseLostException) _source.Clear();
                throw told;
            }
        }
    }

    private static Page ReadPage(NpgsqlDataReader reader)
    {
        var continuation = reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1);
        return new Page(reader.GetFieldValue<byte[]>(0), continuation, continuation is null ? 0 : reader.GetInt64(2));
    }

    private static NpgsqlParameter Parameter(object value) => value switch
    {
        string text => new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text },
        ReadOnlyMemory<byte> bytes => new NpgsqlParameter<ReadOnlyMemory<byte>>
        { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Bytea },
        long number => new NpgsqlParameter<long> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Bigint },
        long[] numbers => new NpgsqlParameter
        { Value = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
        _ => new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Bytea },
    };
}
