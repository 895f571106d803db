namespace AgentStatus.Server.Memory;

/// <summary>The instant before which nothing is answered any more (docs/rules.md, The cut). It only ever advances. Any
/// thread reads.</summary>
internal sealed class RetentionCut
{
    /// <summary>There is no cut.</summary>
    public const long None = long.MinValue;

    private long _ms = None;

    /// <summary>Milliseconds since the Unix epoch; a whole UTC day, or <see cref="None"/>.</summary>
    public long Ms => Volatile.Read(ref _ms);

    /// <summary>Moves it on, never back. On the writer's thread, or before it begins.</summary>
    public void Advance(long cutMs)
    {
        if (cutMs > _ms) Volatile.Write(ref _ms, cutMs);
    }

    /// <summary>The same answer about an instant, without what it says of the time before the cut: a status that began
    /// earlier lasts since the cut.</summary>
    public StatusAt Clip(in StatusAt at, long instantMs) =>
        at.SinceMs >= Ms || at.NeedsStore ? at : at with { SinceMs = Math.Min(Ms, instantMs) };
}
