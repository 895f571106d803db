namespace AgentStatus.Storage.Spool;

/// <summary>The retention of a store that may not be reachable: what is old waits until it is.</summary>
internal sealed class ReachableRetention(ReachableStore store) : IRetentionStore
{
    public RetentionState Read() => store.Ask(it => Of(it).Read());

    public void Keep(RetentionState state) => store.Write(it =>
    {
        Of(it).Keep(state);
        return true;
    });

    public IEnumerable<DeletedRows> Delete(long cutMs, long eventsFromMs, Func<int> most) =>
        store.Watch(store.Ask(it => Of(it).Delete(cutMs, eventsFromMs, most)));

    private static IRetentionStore Of(IStatusStore store) =>
        store.Retention ?? throw new InvalidOperationException("This store keeps all.");
}
