namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>What is known of one other server's numbers: up to <see cref="Top"/> each one was seen, can never come, or
/// is in a gap. A gap holds back nothing behind it, and closes only when its number is seen or its server says that it
/// cannot come.</summary>
/// <param name="knownThrough">Everything up to this number counts as seen.</param>
internal sealed class ServerCursor(long knownThrough)
{
    /// <summary>Numbers below Top that may still come.</summary>
    private readonly NumberRanges _gaps = new();

    /// <summary>The greatest number that is dealt with or in a gap: what is above it was never seen.</summary>
    public long Top { get; private set; } = knownThrough;

    /// <summary>The number up to which none may still come.</summary>
    public long GivenThrough => _gaps.First - 1 ?? Top;

    /// <summary>Where numbers may still come from: the gaps, then what is above Top, up to a number above it.</summary>
    public IEnumerable<NumberRange> Missing(long through) => _gaps.All.Append(new(Top + 1, through));

    /// <summary>The document of this number was read. False if it was before.</summary>
    public bool Saw(long number)
    {
        if (number <= Top) return _gaps.Remove(number, number);
        if (number > Top + 1)
            _gaps.Append(Top + 1, number - 1);
        Top = number;
        return true;
    }

    /// <summary>Everything missing up to this number was asked for, and seen if it was there, after its server had said
    /// that it is stored or can never come.</summary>
    public void Pass(long through)
    {
        _gaps.Remove(0, through);
        Top = Math.Max(Top, through);
    }

    /// <summary>Asks for the last numbers once more, seen or not. Only while there is no gap.</summary>
    public void AskAgain(int count)
    {
        if (Top > 0 && _gaps.First is null)
            _gaps.Append(Math.Max(1, Top - count + 1), Top);
    }
}
