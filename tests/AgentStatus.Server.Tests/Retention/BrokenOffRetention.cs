namespace AgentStatus.Server.Tests.Retention;

/// <summary>A real store's retention, of which a pass ends after some portions: the store does not answer any
/// more.</summary>
internal sealed class BrokenOffRetention(IRetentionStore store, int portions) : IRetentionStore
{
    private volatile bool _isBrokenOff;

    public bool IsBrokenOff => _isBrokenOff;

    public RetentionState Read() => store.Read();

    public void Keep(RetentionState state) => store.Keep(state);

    public IEnumerable<DeletedRows> Delete(long cutMs, long eventsFromMs, Func<int> most)
    {
        foreach (var rows in store.Delete(cutMs, eventsFromMs, most).Take(portions)) yield return rows;
        _isBrokenOff = true;
        throw new StoreUnreachableException("The test says so.");
    }
}
