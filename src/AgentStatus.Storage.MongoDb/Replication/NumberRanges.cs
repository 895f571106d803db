namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>Numbers as ranges, by first and apart from each other. One thread.</summary>
internal sealed class NumberRanges
{
    private readonly List<NumberRange> _ranges = [];

    public IReadOnlyList<NumberRange> All => _ranges;

    /// <summary>The least number; null where there is none.</summary>
    public long? First => _ranges.Count > 0 ? _ranges[0].First : null;

    /// <summary>Adds numbers that are above all others.</summary>
    public void Append(long first, long last)
    {
        if (_ranges is [.., var before] && before.Last + 1 == first)
            _ranges[^1] = before with { Last = last };
        else
            _ranges.Add(new(first, last));
    }

    /// <summary>Takes these numbers out; false where none of them was there.</summary>
    public bool Remove(long first, long last)
    {
        var begin = IndexFrom(first);
        var end = begin;
        while (end < _ranges.Count && _ranges[end].First <= last)
            end++;
        if (begin == end) return false;
        var (below, above) = (_ranges[begin].First, _ranges[end - 1].Last);
        _ranges.RemoveRange(begin, end - begin);
        if (above > last) _ranges.Insert(begin, new(last + 1, above));
        if (below < first) _ranges.Insert(begin, new(below, first - 1));
        return true;
    }

    /// <summary>The first range that does not end before this number.</summary>
    private int IndexFrom(long number)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].Last < number) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}

/// <summary>Numbers from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
internal readonly record struct NumberRange(long First, long Last);
