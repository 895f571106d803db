using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb.Driver;

/// <summary>
/// A server that speaks just enough of MongoDB's wire protocol to connect, as a mongos does (so the driver retries),
/// and answers every other command as the test says: for failures that a real server does not produce when asked.
/// </summary>
internal sealed class ScriptedMongo : IDisposable
{
    private const int OpReply = 1;
    private const int OpQuery = 2004;
    private const int OpMessage = 2013;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _connections = [];
    private readonly Func<string, byte[]?> _answer;
    private readonly bool _keepCommands;

    /// <param name="answer">
    /// From a command's name to its reply; null: the connection is closed without one. Called on many threads; may
    /// block.
    /// </param>
    /// <param name="keepCommands">Whether Commands is filled.</param>
    public ScriptedMongo(Func<string, byte[]?> answer, bool keepCommands = true)
    {
        _answer = answer;
        _keepCommands = keepCommands;
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    /// <summary>The names of the commands other than hello, in their order.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    public string ConnectionString => $"mongodb://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public static byte[] Ok(Action<BsonWriter>? more = null)
    {
        var writer = new BsonWriter().Begin();
        more?.Invoke(writer);
        return [.. writer.Double("ok"u8, 1).Finish()];
    }

    public static byte[] Error(int code, string message) => [.. new BsonWriter().Begin()
        .Double("ok"u8, 0).Int32("code"u8, code).String("errmsg"u8, message).Finish()];

    public void Dispose()
    {
        _listener.Stop();
        foreach (var connection in _connections)
            connection.Dispose();
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
        try
        {
            while (stream.ReadAtLeast(head, 16, throwOnEndOfStream: false) == 16)
            {
                var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(head) - 16];
                stream.ReadExactly(body);
                var isQuery = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(12)) == OpQuery;
                if (Answer(CommandName(body, isQuery)) is not { } reply)
                    return;
                stream.Write(Frame(reply, isQuery, BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4))));
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // The client went away, or the test is over.
        }
    }

    private byte[]? Answer(string command)
    {
        if (command is "hello" or "isMaster" or "ismaster")
            return Hello();
        if (command is "endSessions" or "killCursors")
            return Ok();
        if (_keepCommands)
            Commands.Enqueue(command);
        return _answer(command);
    }

    private static byte[] Hello() => Ok(reply => reply
        .Bool("ismaster"u8, true).Bool("helloOk"u8, true).String("msg"u8, "isdbgrid")
        .Int32("maxBsonObjectSize"u8, 16 << 20).Int32("maxMessageSizeBytes"u8, 48_000_000)
        .Int32("maxWriteBatchSize"u8, 100_000).Int32("logicalSessionTimeoutMinutes"u8, 30)
        .Int32("minWireVersion"u8, 0).Int32("maxWireVersion"u8, 21));

    private static string CommandName(byte[] body, bool isQuery)
    {
        // OP_QUERY: flags, collection, skip, limit, query. OP_MSG: flags, then a section of kind 0 comes first.
        var start = isQuery ? 4 + Array.IndexOf(body, (byte)0, 4) - 4 + 1 + 8 : 5;
        var reader = new BsonReader(body.AsSpan(start, BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(start))));
        reader.Read();
        return Encoding.UTF8.GetString(reader.Name);
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
