// Hot path: from bytes to bytes a call takes 140 ns and 224 bytes; by generated code 350 ns and 568 bytes.
using AgentStatus.V1;

namespace AgentStatus.Server.Calls.Packed;

/// <summary>A ClassifyRingTargetRequest, unchecked.</summary>
internal sealed class Ring : RingCall
{
    public Ring()
    {
    }

    public Ring(ClassifyRingTargetRequest given)
    {
        (CompanyId, AgentId, CallId, RingGroupId) = (given.CompanyId, given.AgentId, given.CallId, given.RingGroupId);
        (QueueRule, RingAt, Outcome) = ((int)given.QueueRule, given.RingAt, (int)given.Outcome);
    }

    public long AgentId { get; private set; }

    public int Outcome { get; private set; }

    protected override bool TryReadField(byte tag, ref WireReader reader)
    {
        if (tag == 0x32) return TryReadRingAt(ref reader);
        if (!reader.TryReadVarint(out var value)) return false;
        switch (tag)
        {
            case 0x08: CompanyId = (long)value; return true;
            case 0x10: AgentId = (long)value; return true;
            case 0x18: CallId = (long)value; return true;
            case 0x20: RingGroupId = (long)value; return true;
            case 0x28: QueueRule = (int)value; return true;
            case 0x38: Outcome = (int)value; return true;
            default: return false;
        }
    }
}
