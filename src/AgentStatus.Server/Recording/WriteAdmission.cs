using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Recording;

/// <summary>How many writes may be under way, from being taken until they are answered: as many as the writer records
/// within <see cref="ServerLimits.WriteWait"/> at the rate of its last large batches. More would only wait longer:
/// those are refused at once, and the writer records as many a second.
/// From the first refusal on there is more than it can do, and what is refused takes its processors too: then the rate
/// is what it records in fact, all pauses included, and fewer are enough to keep it busy. Any thread, but for <see
/// cref="Learn"/>.</summary>
internal sealed class WriteAdmission(TimeProvider clock)
{
    /// <summary>Batches of this size tell the rate: small ones are mostly the sync of a disk.</summary>
    private const int TellingWrites = ServerLimits.BatchWrites / 2;

    /// <summary>What a batch changes of the mean: 1 in so many.</summary>
    private const int Weight = 4;

    /// <summary>Leaves room in the queue for callers that have their share to get yet.</summary>
    private const int AtMost = ServerLimits.QueuedWrites / 2;

    private double _msPerWrite;
    private int _most = AtMost;
    private int _mostInOverload = AtMost;
    private long _refusedAt;
    private long _countedFrom;
    private int _counted;

    /// <summary>Writes that may be under way.</summary>
    public int Most => Math.Min(Volatile.Read(ref _most), IsOverloaded ? Volatile.Read(ref _mostInOverload) : AtMost);

    private bool IsOverloaded =>
        Volatile.Read(ref _refusedAt) is not 0 and var refusedAt
        && clock.GetElapsedTime(refusedAt) < ServerLimits.OverloadLasts;

    /// <summary>A write was refused because of this.</summary>
    public void NoteRefusal() => Volatile.Write(ref _refusedAt, clock.GetTimestamp());

    /// <summary>Takes note of a batch. The writer's thread.</summary>
    public void Learn(int writes, TimeSpan elapsed)
    {
        if (writes >= TellingWrites)
        {
            var ms = elapsed.TotalMilliseconds / writes;
            _msPerWrite = _msPerWrite == 0 ? ms : _msPerWrite + ((ms - _msPerWrite) / Weight);
            Volatile.Write(ref _most, MostAt(_msPerWrite, ServerLimits.WritesUnderWayAtLeast));
        }

        if (IsOverloaded) Count(writes);
        else (_mostInOverload, _countedFrom) = (AtMost, 0);
    }

    /// <summary>Counts for as long as a write may wait, and then goes by that.</summary>
    private void Count(int writes)
    {
        var now = clock.GetTimestamp();
        if (_countedFrom != 0)
        {
            _counted += writes;
            var elapsed = clock.GetElapsedTime(_countedFrom, now);
            if (elapsed < ServerLimits.WriteWait) return;
            Volatile.Write(
                ref _mostInOverload,
                MostAt(elapsed.TotalMilliseconds / _counted, ServerLimits.WritesInOverloadAtLeast));
        }

        (_countedFrom, _counted) = (now, 0);
    }

    private static int MostAt(double msPerWrite, int atLeast) =>
        (int)Math.Clamp(ServerLimits.WriteWait.TotalMilliseconds / msPerWrite, atLeast, AtMost);
}
