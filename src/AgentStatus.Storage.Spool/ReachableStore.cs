namespace AgentStatus.Storage.Spool;

/// <summary>A store that is asked only while it answers: else, and until it is connected, every question fails at
/// once.</summary>
internal sealed class ReachableStore : IDisposable
{
    private readonly Lock _connecting = new();
    private readonly Func<IStatusStore> _connect;
    private readonly TimeProvider _clock;
    private readonly long _openedAt;
    private volatile IStatusStore? _store;
    private bool _disposed;

    /// <param name="connect">Opens the store. This one disposes it.</param>
    /// <param name="clock">Tells how long an outage lasted.</param>
    /// <param name="probeInterval">How often a store that does not answer is probed.</param>
    public ReachableStore(Func<IStatusStore> connect, TimeProvider clock, TimeSpan probeInterval)
    {
        (_connect, _clock, _openedAt) = (connect, clock, clock.GetTimestamp());
        Circuit = new(() => SharedOf(_store!).Probe(), probeInterval, clock);
    }

    /// <summary>The store; null until it is connected.</summary>
    public IStatusStore? Connected => _store;

    /// <summary>Whether the store is asked: it was reached, and answered last.</summary>
    public bool IsReachable => _store is not null && Circuit.Failure is null;

    /// <summary>How long the store has not answered, or not been reached; null where it answers.</summary>
    public TimeSpan? AwayFor => _store is null ? _clock.GetElapsedTime(_openedAt) : Circuit.OpenFor;

    /// <summary>Opens where the store stops answering, closes when it answers again.</summary>
    public Circuit Circuit { get; }

    /// <summary>See <see cref="ISpool.ReadFailed"/>.</summary>
    public event Action<StoreUnreachableException>? ReadFailed;

    /// <summary>Opens the store; does nothing where that has been done. Any thread.</summary>
    public void Connect()
    {
        lock (_connecting)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _store ??= _connect();
        }
    }

    /// <summary>Asks the store. One that does not answer is probed: it may have been this question's fault.</summary>
    /// <exception cref="StoreUnreachableException">It does not answer, or did not before.</exception>
    public T Ask<T>(Func<IStatusStore, T> question)
    {
        var store = Get();
        return Watch(() => question(store));
    }

    /// <summary>An answer that the store gives bit by bit.</summary>
    public IEnumerable<T> Watch<T>(IEnumerable<T> answer)
    {
        using var parts = answer.GetEnumerator();
        Func<bool> next = parts.MoveNext;
        while (Watch(next))
            yield return parts.Current;
    }

    private T Watch<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (StoreUnreachableException failure)
        {
            Doubt(failure);
            throw;
        }
    }

    /// <inheritdoc cref="Ask{T}"/>
    public void Ask(Action<IStatusStore> question) => Ask(store =>
    {
        question(store);
        return true;
    });

    /// <summary>Has the store write. One that does not confirm it is not asked again until a probe succeeds; where only
    /// a read failed that belongs to the writing, it is.</summary>
    /// <exception cref="StoreUnreachableException">Not confirmed, or the store did not answer before.</exception>
    public T Write<T>(Func<IStatusStore, T> write)
    {
        var store = Get();
        try
        {
            return write(store);
        }
        catch (StoreUnreachableException failure)
        {
            if (failure.IsOfRead) Doubt(failure);
            else Circuit.Open(failure);
            throw;
        }
    }

    public static ISharedStore SharedOf(IStatusStore store) =>
        store.Shared ?? throw new InvalidOperationException("Only a shared store can be out of reach.");

    public void Dispose()
    {
        lock (_connecting)
        {
            _disposed = true;
            Circuit.Dispose();
            _store?.Dispose();
        }
    }

    private void Doubt(StoreUnreachableException failure)
    {
        if (Circuit.Failure is null) ReadFailed?.Invoke(failure);
        Circuit.Suspect();
    }

    private IStatusStore Get()
    {
        var store = _store ?? throw new StoreUnreachableException("The store has not been reached since the start.");
        return Circuit.Failure is { } failure ? throw new StoreUnreachableException(failure.Message, failure) : store;
    }
}

/// <summary>A store's feed, as long as the store answers: one that does not is found out here too, where nobody
/// writes.</summary>
internal sealed class ReachableFeed(IChangeFeed feed, ReachableStore store) : IChangeFeed
{
    public Changes Read() => store.Ask(_ => feed.Read());
}
