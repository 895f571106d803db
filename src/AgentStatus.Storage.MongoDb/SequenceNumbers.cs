namespace AgentStatus.Storage.MongoDb;

/// <summary>The numbers that this server gives to its documents: 1, 2, 3 and so on, none twice. A number is open from
/// its taking until its fate is known: its document is stored and confirmed, or will certainly never come. Safe from
/// any thread.</summary>
internal sealed class SequenceNumbers
{
    private readonly Lock _lock = new();

    /// <summary>The open numbers as ranges [first, end), by first, apart from each other. Few: one a write in
    /// flight.</summary>
    private readonly List<(long First, long End)> _open = [];

    private long _next = 1;

    /// <summary>The fate of every number up to this one is known; 0: of none.</summary>
    public long ConfirmedThrough
    {
        get
        {
            lock (_lock)
                return (_open.Count > 0 ? _open[0].First : _next) - 1;
        }
    }

    /// <summary>The last number taken; 0: none.</summary>
    public long Taken
    {
        get
        {
            lock (_lock)
                return _next - 1;
        }
    }

    /// <summary>Opens so many numbers in a row, and returns the first.</summary>
    public long Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        lock (_lock)
        {
            var first = _next;
            _next += count;
            if (_open is [.., var last] && last.End == first)
                _open[^1] = (last.First, _next);
            else
                _open.Add((first, _next));
            return first;
        }
    }

    /// <summary>The fate of these numbers is known. One that is closed already stays so.</summary>
    public void Close(long first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        lock (_lock)
        {
            var end = first + count;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(end, _next);
            var at = 0;
            while (at < _open.Count && _open[at].End <= first)
                at++;
            while (at < _open.Count && _open[at].First < end)
                at = CutOut(at, first, end);
        }
    }

    /// <summary>Takes [first, end) out of one range, and returns where the next one stands.</summary>
    private int CutOut(int at, long first, long end)
    {
        var (rangeFirst, rangeEnd) = _open[at];
        _open.RemoveAt(at);
        if (rangeFirst < first)
            _open.Insert(at++, (rangeFirst, first));
        if (end < rangeEnd)
            _open.Insert(at++, (end, rangeEnd));
        return at;
    }
}
