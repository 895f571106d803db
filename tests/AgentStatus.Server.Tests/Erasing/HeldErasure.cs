using ErasedCounts = AgentStatus.Storage.ErasedCounts;

namespace AgentStatus.Server.Tests.Erasing;

/// <summary>A store's erasure that goes through portions without end, and erases nothing, until it is let go on.</summary>
internal sealed class HeldErasure(IErasureStore erasures) : IErasureStore
{
    /// <summary>Whether portions erase.</summary>
    public volatile bool GoesOn;

    /// <summary>Thrown by portions.</summary>
    public volatile Exception? Failure;

    /// <summary>Portions so far.</summary>
    public volatile int Portions;

    public ErasuresUnderWay UnderWay => erasures.UnderWay;

    public void Begin(Erasure erasure, long nowMs) => erasures.Begin(erasure, nowMs);

    public ErasedCounts? EraseNext(Erasure erasure, int most, out string? waitsFor)
    {
        waitsFor = null;
        Portions++;
        if (Failure is { } failure) throw failure;
        return GoesOn ? erasures.EraseNext(erasure, most, out waitsFor) : null;
    }
}
