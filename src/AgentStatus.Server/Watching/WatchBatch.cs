namespace AgentStatus.Server.Watching;

/// <summary>An agent as a watcher is told.</summary>
/// <param name="At">What it is; the interval's start is loaded.</param>
/// <param name="Label">The text of the label under the status; empty: none.</param>
/// <param name="ChangedFromMs">From when on its past changed; null: it did not.</param>
internal readonly record struct AgentUpdate(long AgentId, StatusAt At, string Label, long? ChangedFromMs);

/// <summary>An agent whose timeline says something else from an instant on, <see cref="Untold"/> where the watcher has
/// not been told of the agent yet.</summary>
internal readonly record struct AgentDifference(long AgentId, long FromMs)
{
    /// <summary>Stands for the instant.</summary>
    public const long Untold = long.MinValue;
}

/// <summary>What a watcher is told at once.</summary>
/// <param name="knownThroughMs">Through when all is told, with this; null: there is more to tell.</param>
/// <param name="isShared">Whether it goes to many watchers, on all threads.</param>
internal sealed class WatchBatch(IReadOnlyList<AgentUpdate> updates, long? knownThroughMs, bool isShared)
{
    private object? _made;

    public bool IsShared => isShared;

    public IReadOnlyList<AgentUpdate> Updates => updates;

    public long? KnownThroughMs => knownThroughMs;

    /// <summary>What is made of a batch that is shared, by whoever comes first.</summary>
    public T Once<T>(Func<WatchBatch, T> make)
        where T : class
    {
        if (Volatile.Read(ref _made) is T made) return made;
        made = make(this);
        return (T?)Interlocked.CompareExchange(ref _made, made, null) ?? made;
    }
}
