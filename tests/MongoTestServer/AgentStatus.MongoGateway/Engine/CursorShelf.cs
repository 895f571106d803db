using System.Collections.Concurrent;

namespace AgentStatus.MongoGateway.Engine;

/// <summary>The open cursors of this gateway: where each goes on. The engine keeps the rest in files, so no cursor
/// holds a connection, and deletes those that nobody read for its expiry time. For any number of threads.</summary>
internal sealed class CursorShelf
{
    /// <summary>More are open only if clients forget them; then the shelf is emptied: they are "not found".</summary>
    private const int MaxCursors = 10_000;

    private readonly ConcurrentDictionary<long, byte[]> _continuations = new();

    /// <summary>Keeps where the page's cursor goes on; returns the page's answer.</summary>
    public byte[] Keep(Page page)
    {
        if (_continuations.Count >= MaxCursors) _continuations.Clear();
        if (page.Continuation is not null) _continuations[page.CursorId] = page.Continuation;
        return page.Answer;
    }

    /// <summary>Takes the cursor off the shelf; false when it is not there.</summary>
    public bool TryTake(long cursorId, out byte[] continuation) =>
        _continuations.TryRemove(cursorId, out continuation!);
}
