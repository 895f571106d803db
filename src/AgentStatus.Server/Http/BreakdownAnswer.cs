using System.Buffers;
using System.Text.Json;
using AgentStatus.Server.Grpc;
using AgentStatus.Server.Memory;
using AgentStatus.V1;

namespace AgentStatus.Server.Http;

/// <summary>A breakdown's page as JSON, from its bytes: it is made piece by piece, as the client takes it. Sent
/// once.</summary>
internal sealed class BreakdownAnswer
{
    /// <summary>JSON has at the most some six times the page's bytes: a small answer needs no large piece.</summary>
    private const int JsonBytesOfByte = 6;

    private const int OtherBytes = 256;

    /// <summary>A third of a millisecond's work. An agent is never divided, and may be larger.</summary>
    private const int PieceBytes = 256 * 1024;

    /// <summary>Agents of a month that take some 70 us together.</summary>
    private const int AgentsBetweenYields = 4;

    private static readonly MessageJson Form = new(GetBreakdownResponse.Descriptor);

    private readonly ReadOnlyMemory<byte> _page;
    private readonly ArrayBufferWriter<byte> _piece;
    private readonly Utf8JsonWriter _json;
    private int _position;
    private int _lastField;

    /// <param name="page">A GetBreakdownResponse.</param>
    public BreakdownAnswer(ReadOnlyMemory<byte> page)
    {
        _page = page;
        _piece = new(Math.Min(PieceBytes, OtherBytes + (JsonBytesOfByte * page.Length)));
        _json = new(_piece, MessageJson.Options);
        _json.WriteStartObject();
    }

    /// <summary>Ends the connection where an answer failed half-way: nobody takes a part for all. When the failure is
    /// logged: a client whose connection has ended is one who has gone.</summary>
    public static void BreakOff(HttpContext context)
    {
        if (context.Response.HasStarted) context.Abort();
    }

    /// <summary>Sends it; see <see cref="BreakOff"/> for where that fails.</summary>
    /// <param name="context">The request's; its answer has not begun.</param>
    /// <param name="threads">Make the pieces: that is no work for the pool, which rings wait for.</param>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async Task SendAsync(HttpContext context, LowPriorityThreads threads)
    {
        var (response, cancellation) = (context.Response, context.RequestAborted);
        response.ContentType = "application/json; charset=utf-8";
        for (var isLast = false; !isLast;)
        {
            _piece.ResetWrittenCount();
            isLast = await threads.Run(WritePiece, cancellation);
            await response.Body.WriteAsync(_piece.WrittenMemory, cancellation);
        }

        // The transcoder writes what its method gives behind it.
        response.Body = Stream.Null;
    }

    /// <summary>Whether it is the last one.</summary>
    private bool WritePiece()
    {
        var message = new WireReader(_page.Span[_position..]);
        for (var agents = 0; !message.IsAtEnd && _json.BytesPending + _piece.WrittenCount < PieceBytes; agents++)
        {
            if (agents % AgentsBetweenYields == 0) LowPriorityThreads.GiveWay();
            Form.WriteNext(ref message, ref _lastField, _json);
        }

        _position = _page.Length - message.Left;
        if (message.IsAtEnd) Form.WriteEnd(_lastField, _json);
        _json.Flush();
        return message.IsAtEnd;
    }
}
