using System.Security.Cryptography;

namespace AgentStatus.MongoGateway;

/// <summary>Who is primary, as hello tells it: always this gateway, but by which election. A driver that knows the
/// present state waits with its hello for the next one, and so learns of an election at once. For any number of
/// threads.</summary>
/// <param name="firstTerm">Greater than that of any gateway before at this address: drivers never go back to an older
/// one.</param>
internal sealed class Elections(long firstTerm)
{
    private readonly byte[] _process = RandomNumberGenerator.GetBytes(12);
    private readonly Lock _lock = new();
    private long _changes;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>There is another election; hellos that wait are answered.</summary>
    public void Elect()
    {
        lock (_lock)
        {
            _changes++;
            _next.SetResult();
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Ends at once where the asker does not know the present state, else at the next change or its own
    /// limit.</summary>
    public async Task WhileUnchangedAsync(BsonDocument hello, CancellationToken cancel)
    {
        var known = hello.Find("topologyVersion"u8).AsDocument();
        Task next;
        lock (_lock)
        {
            if (known.Find("counter"u8).AsInt64() != _changes
                || !known.Find("processId"u8).Value.Span.SequenceEqual(_process))
                return;
            next = _next.Task;
        }
        var limit = TimeSpan.FromMilliseconds(hello.Find("maxAwaitTimeMS"u8).AsInt64() ?? 0);
        await Task.WhenAny(next, Task.Delay(limit, cancel));
    }

    /// <summary>Adds what hello says of it.</summary>
    public BsonWriter WriteTo(BsonWriter hello)
    {
        lock (_lock)
        {
            // As mongod has it: the term's eight bytes after the greatest time.
            var election = new byte[12];
            BinaryPrimitives.WriteInt32BigEndian(election, int.MaxValue);
            BinaryPrimitives.WriteInt64BigEndian(election.AsSpan(4), firstTerm + _changes);
            var version = new BsonWriter().ObjectId("processId", _process).Int64("counter", _changes);
            return hello.ObjectId("electionId", election).Document("topologyVersion", version);
        }
    }
}
