using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Calls.Packed;

/// <summary>What the requests that classify rings have in common: the call that rings, unchecked.</summary>
internal abstract class RingCall
{
    public long CompanyId { get; set; }

    public long CallId { get; set; }

    public long RingGroupId { get; set; }

    public int QueueRule { get; set; }

    public Timestamp? RingAt { get; set; }

    /// <summary>
    /// Takes the fields of a plain message; false where it is none. Plain are those of known fields, each of its type,
    /// ring_at in one part: then the outcome is that of generated code.
    /// </summary>
    public bool TryRead(WireReader reader)
    {
        while (!reader.IsAtEnd)
            if (!reader.TryReadTag(out var tag) || !TryReadField(tag, ref reader)) return false;
        return true;
    }

    /// <summary>Takes one field; false if it is not known, or not of its type.</summary>
    protected abstract bool TryReadField(byte tag, ref WireReader reader);

    protected bool TryReadRingAt(ref WireReader reader)
    {
        if (RingAt is not null || !reader.TryReadPair(out var seconds, out var nanos)) return false;
        RingAt = new Timestamp { Seconds = seconds, Nanos = nanos };
        return true;
    }
}
