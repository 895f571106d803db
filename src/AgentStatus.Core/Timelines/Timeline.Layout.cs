using System.Runtime.InteropServices;

namespace AgentStatus.Core.Timelines;

/// <summary>What an array has besides its events. The high half of its first word tells: 0 for most agents, whose
/// events take all the room; else how many events there is room for, and whether labels stand behind them. The words
/// after these are the <see cref="TimelineMarks"/>.</summary>
public readonly partial struct Timeline
{
    private const int LabelsFlag = 1 << 30;

    /// <summary>Of each event the number of the label that the explicit layer has after it, in 2 bytes; empty where
    /// there is no label.</summary>
    internal Span<ushort> Labels => (_layout & LabelsFlag) == 0
        ? default
        : MemoryMarshal.Cast<long, ushort>(_words.AsSpan(Header + Capacity, LabelWords(Capacity)));

    internal Span<long> Marks => _layout == 0
        ? default
        : _words.AsSpan(Header + Capacity + ((_layout & LabelsFlag) == 0 ? 0 : LabelWords(Capacity)));

    private int Capacity => _words is null ? 0 : _layout == 0 ? _words.Length - Header : _layout & ~LabelsFlag;

    /// <summary>A snapshot of what is published in this array; null: an agent without events.</summary>
    public static Timeline Read(long[]? published, CallLimits? limits = null)
    {
        var first = published is null ? 0 : Volatile.Read(ref published[0]);
        return new Timeline(published, (int)first, (int)(first >> 32), limits);
    }

    /// <summary>Publishes this timeline in the array that <paramref name="slot"/> holds, or in its stead. The writer's
    /// thread only.</summary>
    public void Publish(ref long[]? slot)
    {
        if (_words is null)
        {
            // All events are retracted: whoever has an array keeps one.
            if (slot is not null) Volatile.Write(ref slot, [0, WholeHistory, NotLoaded]);
            return;
        }

        Volatile.Write(ref _words[0], FirstWord);
        if (!ReferenceEquals(slot, _words)) Volatile.Write(ref slot, _words);
    }

    /// <summary>A timeline over these events, whose states are known.</summary>
    /// <param name="labels">Empty, or one for each event.</param>
    internal static Timeline Create(
        ReadOnlySpan<long> events, ReadOnlySpan<ushort> labels, ReadOnlySpan<long> marks, Room room, CallLimits limits)
    {
        if (events.IsEmpty) return new Timeline(null, 0, 0, limits);
        var capacity = events.Length + room.Events;
        var labelWords = labels.IsEmpty ? 0 : LabelWords(capacity);
        var markWords = marks.IsEmpty && room.MarkWords == 0 ? 0 : 1 + marks.Length + room.MarkWords;
        var layout = labelWords + markWords == 0 ? 0 : capacity | (labelWords == 0 ? 0 : LabelsFlag);
        var words = new long[Header + capacity + labelWords + markWords];
        var created = new Timeline(words, events.Length, layout, limits);
        events.CopyTo(words.AsSpan(Header));
        labels.CopyTo(created.Labels);
        if (markWords > 0)
        {
            created.Marks[0] = marks.Length;
            marks.CopyTo(created.Marks[1..]);
        }

        words[0] = created.FirstWord;
        (words[1], words[2]) = (WholeHistory, NotLoaded);
        return created;
    }

    internal void SetCovered(long fromMs, long sinceMs) => (_words![1], _words[2]) = (fromMs, sinceMs);

    private long FirstWord => ((long)_layout << 32) | (uint)_count;

    private static int LabelWords(int capacity) => (capacity + 3) / 4;

    /// <summary>Room for what comes later.</summary>
    internal readonly record struct Room(int Events, int MarkWords);
}
