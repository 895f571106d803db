using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>A server that speaks just enough of MongoDB's wire protocol to connect, as a mongos does (so the driver
/// retries), and answers every other command as the test says: for failures that a real server does not produce when
/// asked.</summary>
internal sealed class ScriptedMongo : IDisposable
{
    private const int OpReply = 1;
    private const int OpQuery = 2004;
    private const int OpMessage = 2013;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _connections = [];
    private readonly Func<string, BsonDocument?> _answer;

    private readonly int _wireVersion;
    private int _lastConnection;

    /// <param name="answer">From a command's name to its reply; null: the connection is closed without one. Called on
    /// many threads; may block.</param>
    /// <param name="wireVersion">What hello says: 21 is MongoDB 7.0.</param>
    public ScriptedMongo(Func<string, BsonDocument?> answer, int wireVersion = 21)
    {
        (_answer, _wireVersion) = (answer, wireVersion);
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    /// <summary>The names of the commands other than hello, in their order.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    public string ConnectionString => $"mongodb://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public static BsonDocument Ok(params IEnumerable<BsonElement> more) => new(more) { { "ok", 1.0 } };

    /// <summary>What find and listIndexes reply where there is nothing.</summary>
    public static BsonDocument Nothing() => Ok(new BsonElement("cursor", new BsonDocument
    {
        { "id", 0L }, { "ns", "there.any" }, { "firstBatch", new BsonArray() },
    }));

    public static BsonDocument Error(int code, string message) =>
        new() { { "ok", 0.0 }, { "code", code }, { "errmsg", message } };

    public void Dispose()
    {
        _listener.Stop();
        foreach (var connection in _connections) connection.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptSocketAsync();
                _connections.Add(connection);
                _ = Task.Factory.StartNew(() => Serve(connection), TaskCreationOptions.LongRunning);
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
    }

    private void Serve(Socket connection)
    {
        using var stream = new NetworkStream(connection, ownsSocket: true);
        var head = new byte[16];
        var id = Interlocked.Increment(ref _lastConnection);
        try
        {
            while (stream.ReadAtLeast(head, 16, throwOnEndOfStream: false) == 16)
            {
                var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(head) - 16];
                stream.ReadExactly(body);
                var isQuery = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(12)) == OpQuery;
                if (Answer(CommandName(body, isQuery), id) is not { } reply) return;
                stream.Write(Frame(reply.ToBson(), isQuery, BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4))));
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // The client went away, or the test is over.
        }
    }

    private BsonDocument? Answer(string command, int connection)
    {
        if (command is "hello" or "isMaster" or "ismaster") return Hello(connection);
        if (command is "endSessions" or "killCursors") return Ok();
        Commands.Enqueue(command);
        return _answer(command);
    }

    private BsonDocument Hello(int connection) => new()
    {
        { "ismaster", true }, { "helloOk", true }, { "msg", "isdbgrid" }, { "connectionId", connection },
        { "maxBsonObjectSize", 16 << 20 }, { "maxMessageSizeBytes", 48_000_000 }, { "maxWriteBatchSize", 100_000 },
        { "logicalSessionTimeoutMinutes", 30 }, { "localTime", new BsonDateTime(1) },
        { "minWireVersion", 0 }, { "maxWireVersion", _wireVersion }, { "ok", 1.0 },
    };

    private static string CommandName(byte[] body, bool isQuery)
    {
        // OP_QUERY: flags, collection, skip, limit, query. OP_MSG: flags, then a section of kind 0 comes first.
        var start = isQuery ? 4 + Array.IndexOf(body, (byte)0, 4) - 4 + 1 + 8 : 5;
        return new RawBsonDocument(body[start..]).GetElement(0).Name;
    }

    private static byte[] Frame(byte[] reply, bool isQuery, int requestId)
    {
        byte[] prelude = isQuery ? [.. new byte[16], 1, 0, 0, 0] : new byte[5];
        if (isQuery)
            prelude[0] = 8; // AwaitCapable
        byte[] frame = [.. new byte[16], .. prelude, .. reply];
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(8), requestId);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(12), isQuery ? OpReply : OpMessage);
        return frame;
    }
}
