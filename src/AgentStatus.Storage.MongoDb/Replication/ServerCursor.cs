namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>What is known of one other server's numbers: up to <see cref="Top"/> each one was seen, can never come, or
/// is in a gap. A gap holds back nothing behind it, and closes only when its number is seen or its server says that it
/// cannot come.</summary>
/// <param name="knownThrough">Everything up to this number counts as seen.</param>
internal sealed class ServerCursor(long knownThrough)
{
    /// <summary>Numbers below Top that may still come: by first, apart from each other.</summary>
    private readonly List<NumberRange> _gaps = [];

    /// <summary>The greatest number that is dealt with or in a gap: what is above it was never seen.</summary>
    public long Top { get; private set; } = knownThrough;

    /// <summary>The number up to which none may still come.</summary>
    public long GivenThrough => _gaps.Count == 0 ? Top : _gaps[0].First - 1;

    /// <summary>Where numbers may still come from: the gaps, then everything above Top.</summary>
    public IEnumerable<NumberRange> Missing => _gaps.Append(new(Top + 1, long.MaxValue));

    /// <summary>Whether nothing up to this number may still come.</summary>
    public bool HasAllThrough(long number) => GivenThrough >= number;

    /// <summary>The document of this number was read. False if it was before.</summary>
    public bool Saw(long number)
    {
        if (number > Top)
        {
            if (number > Top + 1)
                _gaps.Add(new(Top + 1, number - 1));
            Top = number;
            return true;
        }
        var at = IndexOfGapWith(number);
        if (at < 0)
            return false;
        var gap = _gaps[at];
        _gaps.RemoveAt(at);
        if (number < gap.Last)
            _gaps.Insert(at, new(number + 1, gap.Last));
        if (gap.First < number)
            _gaps.Insert(at, gap with { Last = number - 1 });
        return true;
    }

    /// <summary>Everything missing up to this number was asked for, and seen if it was there, after its server had said
    /// that it is stored or can never come.</summary>
    public void Pass(long through)
    {
        var closed = 0;
        while (closed < _gaps.Count && _gaps[closed].Last <= through)
            closed++;
        _gaps.RemoveRange(0, closed);
        if (_gaps.Count > 0 && _gaps[0].First <= through)
            _gaps[0] = _gaps[0] with { First = through + 1 };
        Top = Math.Max(Top, through);
    }

    /// <summary>Asks for the last numbers once more, seen or not. Only while there is no gap.</summary>
    public void AskAgain(int count)
    {
        if (Top > 0 && _gaps.Count == 0)
            _gaps.Add(new(Math.Max(1, Top - count + 1), Top));
    }

    private int IndexOfGapWith(long number)
    {
        var (low, high) = (0, _gaps.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_gaps[middle].Last < number)
                low = middle + 1;
            else if (_gaps[middle].First > number)
                high = middle - 1;
            else
                return middle;
        }
        return -1;
    }
}
