// Hot path: the targets lie in a pooled array. A request of 50 allocates 112 bytes, by generated code 3,369.
using System.Buffers;
using AgentStatus.Core;

namespace AgentStatus.Server.Calls.Packed;

/// <summary>
/// A ClassifyRingTargetsRequest or StreamRingTargetsRequest, unchecked. Belongs to the handler, which releases it; one
/// that is not released is the garbage collector's.
/// </summary>
/// <param name="isOnStream">Whether it is a StreamRingTargetsRequest.</param>
internal sealed class RingGroup(bool isOnStream) : RingCall
{
    /// <summary>
    /// StreamRingTargetsRequest has the fields of ClassifyRingTargetsRequest one number higher, and request_id first.
    /// </summary>
    private const int NextField = 1 << 3;

    /// <summary>Targets that there is room for at first: most groups are smaller.</summary>
    private const int FirstTargets = 16;

    private Target[] _targets = [];

    /// <summary>On the stream only.</summary>
    public ulong RequestId { get; set; }

    /// <summary>
    /// Targets given. Of more than <see cref="Limits.RingTargets"/> the others are only counted: they are refused.
    /// </summary>
    public int TargetCount { get; private set; }

    /// <summary>The targets, up to the limit. Valid until <see cref="Release"/>.</summary>
    public ReadOnlySpan<Target> Targets => _targets.AsSpan(0, Math.Min(TargetCount, Limits.RingTargets));

    public void Add(long agentId, int outcome)
    {
        if (TargetCount < Limits.RingTargets)
        {
            if (TargetCount == _targets.Length) Grow();
            _targets[TargetCount] = new(agentId, outcome);
        }

        TargetCount++;
    }

    /// <summary>Gives the targets' array back; there are none then. May be called again.</summary>
    public void Release()
    {
        if (_targets.Length > 0) ArrayPool<Target>.Shared.Return(_targets);
        (_targets, TargetCount) = ([], 0);
    }

    protected override bool TryReadField(byte tag, ref WireReader reader)
    {
        var number = isOnStream ? tag - NextField : tag;
        if (number == 0x32) return TryReadTarget(ref reader);
        if (number == 0x2A) return TryReadRingAt(ref reader);
        if (!reader.TryReadVarint(out var value)) return false;
        switch (number)
        {
            case 0 when isOnStream: RequestId = value; return true;
            case 0x08: CompanyId = (long)value; return true;
            case 0x10: CallId = (long)value; return true;
            case 0x18: RingGroupId = (long)value; return true;
            case 0x20: QueueRule = (int)value; return true;
            default: return false;
        }
    }

    private bool TryReadTarget(ref WireReader reader)
    {
        if (!reader.TryReadPair(out var agentId, out var outcome)) return false;
        Add(agentId, outcome);
        return true;
    }

    private void Grow()
    {
        var larger = ArrayPool<Target>.Shared.Rent(Math.Max(FirstTargets, 2 * TargetCount));
        _targets.AsSpan(0, TargetCount).CopyTo(larger);
        if (_targets.Length > 0) ArrayPool<Target>.Shared.Return(_targets);
        _targets = larger;
    }

    /// <summary>A RingTarget, unchecked.</summary>
    public readonly record struct Target(long AgentId, int Outcome);
}
