namespace AgentStatus.Storage.MongoDb.Following;

/// <summary>Another server, as this one follows it.</summary>
internal sealed class OtherServer(ServerDocument document, long knownThrough)
{
    /// <summary>As last read.</summary>
    public ServerDocument Document { get; set; } = document;

    public ServerCursor Cursor { get; } = new(knownThrough);

    /// <summary>Whether its numbers are asked for in the present reading.</summary>
    public bool IsAsked { get; set; }
}
