namespace AgentStatus.Storage.MongoDb;

/// <summary>How long the driver may take, as a token that every request to it is given: the driver has no limit for an
/// operation as a whole. When the time is over the request ends, and the connection that it used is closed.</summary>
/// <param name="length">For the operation as a whole, or for each answer.</param>
internal sealed class TimeLimit(TimeSpan length, bool isPerAnswer) : IDisposable
{
    private readonly CancellationTokenSource _over = new(length);

    public CancellationToken Token => _over.Token;

    /// <summary>The server has answered, and is asked for more.</summary>
    public void Answered()
    {
        if (isPerAnswer)
            _over.CancelAfter(length);
    }

    public void Dispose() => _over.Dispose();
}
