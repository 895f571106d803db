namespace AgentStatus.Core.Timelines;

/// <summary>What the three layers say (docs/rules.md, Effective status), and which of them decides.
/// <see cref="AgentLayers"/> has the rules by which events change them, <see cref="LayerState"/> packs them.</summary>
/// <param name="Explicit">Of the explicit layer, or unknown.</param>
/// <param name="ExplicitOrigin">AGENT, SUPERVISOR, SYSTEM or none.</param>
/// <param name="App">The most present device's status, or unknown.</param>
/// <param name="Call">ON_CALL, WRAP_UP, or unknown: no call.</param>
/// <param name="LastEnd">What the last end of a call said, while neither of the first two layers says anything.</param>
internal readonly record struct Layers(Status Explicit, Origin ExplicitOrigin, Status App, Status Call, Status LastEnd)
{
    public EffectiveStatus Decide()
    {
        if (Call != Status.Unknown) return new(Call, Origin.Call);
        if (Explicit == Status.Offline) return new(Status.Offline, ExplicitOrigin);
        if (App == Status.Offline) return new(Status.Offline, Origin.App);
        if (Explicit is Status.Busy or Status.Away) return new(Explicit, ExplicitOrigin);
        if (Explicit != Status.Unknown)
            return App is Status.Idle or Status.Away ? new(App, Origin.App) : new(Explicit, ExplicitOrigin);
        if (App != Status.Unknown) return new(App, Origin.App);
        return LastEnd != Status.Unknown ? new(LastEnd, Origin.Call) : default;
    }
}
