using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The numbers that this server gives to its documents: 1, 2, 3 and so on, none twice. A number is open from
/// its taking until its fate is known: its document is stored and confirmed, or will certainly never come. Safe from
/// any thread.</summary>
internal sealed class SequenceNumbers
{
    private readonly Lock _lock = new();

    /// <summary>Few ranges: one a write in flight.</summary>
    private readonly NumberRanges _open = new();

    private long _taken;

    /// <summary>The fate of every number up to this one is known; 0: of none.</summary>
    public long ConfirmedThrough
    {
        get
        {
            lock (_lock)
                return _open.First - 1 ?? _taken;
        }
    }

    /// <summary>The last number taken; 0: none.</summary>
    public long Taken
    {
        get
        {
            lock (_lock)
                return _taken;
        }
    }

    /// <summary>Opens so many numbers in a row, and returns the first.</summary>
    public long Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        lock (_lock)
        {
            var first = _taken + 1;
            _taken += count;
            _open.Append(first, _taken);
            return first;
        }
    }

    /// <summary>The fate of these numbers is known. One that is closed already stays so.</summary>
    public void Close(long first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        lock (_lock)
        {
            var last = first + count - 1;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(last, _taken);
            _open.Remove(first, last);
        }
    }
}
