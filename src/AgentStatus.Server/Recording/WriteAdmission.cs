using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Recording;

/// <summary>How many writes may be under way, from being taken until they are answered: as many as the writer records
/// within <see cref="ServerLimits.WriteWait"/> at the rate of its last large batches. More would only wait longer:
/// those are refused at once, and the writer records as many a second. Any thread, but for <see
/// cref="Learn"/>.</summary>
internal sealed class WriteAdmission
{
    /// <summary>Batches of this size tell the rate: small ones are mostly the sync of a disk.</summary>
    private const int TellingWrites = ServerLimits.BatchWrites / 2;

    /// <summary>What a batch changes of the mean: 1 in so many.</summary>
    private const int Weight = 4;

    /// <summary>Leaves room in the queue for callers that have their share to get yet.</summary>
    private const int AtMost = ServerLimits.QueuedWrites / 2;

    private double _msPerWrite;
    private int _most = AtMost;

    /// <summary>Writes that may be under way.</summary>
    public int Most => Volatile.Read(ref _most);

    /// <summary>Takes note of a batch. The writer's thread.</summary>
    public void Learn(int writes, TimeSpan elapsed)
    {
        if (writes < TellingWrites) return;
        var ms = elapsed.TotalMilliseconds / writes;
        _msPerWrite = _msPerWrite == 0 ? ms : _msPerWrite + ((ms - _msPerWrite) / Weight);
        var most = ServerLimits.WriteWait.TotalMilliseconds / _msPerWrite;
        Volatile.Write(ref _most, (int)Math.Clamp(most, ServerLimits.WritesUnderWayAtLeast, AtMost));
    }
}
