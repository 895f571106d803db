using System.Buffers;
using System.Text.Json;
using AgentStatus.Server.Breakdowns;
using AgentStatus.Server.Grpc;
using AgentStatus.V1;

namespace AgentStatus.Server.Http;

/// <summary>A breakdown's page as JSON, from its bytes: it is made piece by piece, as the client takes it. Sent
/// once.</summary>
internal sealed class BreakdownAnswer
{
    /// <summary>A third of a millisecond's work. An agent is never divided, and may be larger.</summary>
    private const int PieceBytes = 256 * 1024;

    /// <summary>Agents of a month that take some 70 us together.</summary>
    private const int AgentsBetweenYields = 4;

    private static readonly MessageJson Form = new(GetBreakdownResponse.Descriptor);

    private readonly ReadOnlyMemory<byte> _page;
    private readonly ArrayBufferWriter<byte> _piece = new(PieceBytes);
    private readonly Utf8JsonWriter _json;
    private int _position;
    private int _lastField;

    /// <param name="page">A GetBreakdownResponse.</param>
    public BreakdownAnswer(ReadOnlyMemory<byte> page)
    {
        _page = page;
        _json = new(_piece, MessageJson.Options);
        _json.WriteStartObject();
    }

    /// <summary>Sends it. What fails half-way ends the connection: nobody takes a part for all.</summary>
    /// <param name="context">The request's; its answer has not begun.</param>
    /// <param name="threads">Make the pieces: that is no work for the pool, which rings wait for.</param>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async Task SendAsync(HttpContext context, BreakdownThreads threads)
    {
        var (response, cancellation) = (context.Response, context.RequestAborted);
        response.ContentType = "application/json; charset=utf-8";
        try
        {
            for (var isLast = false; !isLast;)
            {
                _piece.ResetWrittenCount();
                isLast = await threads.Run(WritePiece, cancellation);
                await response.Body.WriteAsync(_piece.WrittenMemory, cancellation);
            }
        }
        catch (Exception) when (response.HasStarted)
        {
            context.Abort();
            throw;
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
            if (agents % AgentsBetweenYields == 0) BreakdownThreads.GiveWay();
            Form.WriteNext(ref message, ref _lastField, _json);
        }

        _position = _page.Length - message.Left;
        if (message.IsAtEnd) Form.WriteEnd(_lastField, _json);
        _json.Flush();
        return message.IsAtEnd;
    }
}
