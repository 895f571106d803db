namespace AgentStatus.Storage;

/// <summary>Lets go of what lies before an instant, the cut (docs/rules.md, The cut). What it deletes nothing from the
/// cut on needs: a deletion that ends anywhere changes no answer about these instants, and is done again from the
/// beginning. Methods block, and throw as those of <see cref="IStatusStore"/> do.</summary>
public interface IRetentionStore
{
    /// <summary>What is kept of the retention. Any thread.</summary>
    RetentionState Read();

    /// <summary>Keeps a later cut, and how far the clock has been followed: durable when it returns. Neither ever goes
    /// back; null leaves what there is. The appending thread only.</summary>
    void Keep(RetentionState state);

    /// <summary>Deletes what lies before the cut, a portion each time that the next element is taken: agents' events
    /// and their retractions, call steps, offline periods that ended, hours versions that were in force, and
    /// retractions that waited for an event. One thread at a time, beside all others.</summary>
    /// <param name="cutMs">Has been kept, and is known to all servers.</param>
    /// <param name="eventsFromMs">Events before this instant go, but for those that leave the layers behind as all do:
    /// earlier than the cut by as long as calls matter. Those from then on stay as they are.</param>
    /// <param name="most">How much work a portion may be: rows, more or less.</param>
    IEnumerable<DeletedRows> Delete(long cutMs, long eventsFromMs, Func<int> most);
}

/// <summary>What a store keeps of its retention, for all servers.</summary>
/// <param name="CutMs">Nothing is answered about instants before it; null: about all.</param>
/// <param name="SeenMs">Up to when the clock has been followed; null: not yet.</param>
public readonly record struct RetentionState(long? CutMs, long? SeenMs);

/// <summary>Rows, or documents, that are gone; 0 where a portion found none.</summary>
public readonly record struct DeletedRows(DeletedKind Kind, int Count);

/// <summary>Of what rows are.</summary>
public enum DeletedKind
{
    Events,
    Retractions,
    CallSteps,
    OfflinePeriods,
    HoursVersions,
}
