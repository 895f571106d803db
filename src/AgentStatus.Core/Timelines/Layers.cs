namespace AgentStatus.Core.Timelines;

/// <summary>The three layers, readable: the rules of docs/rules.md, Effective status, stand here and nowhere else.
/// <see cref="LayerState"/> turns them into tables.</summary>
/// <param name="Explicit">The last AGENT or SUPERVISOR event's status, or unknown.</param>
/// <param name="ExplicitOrigin">AGENT, SUPERVISOR or none.</param>
/// <param name="App">The last APP event's status if it counts, or unknown.</param>
/// <param name="Call">ON_CALL, WRAP_UP, or unknown: no call.</param>
internal readonly record struct Layers(Status Explicit, Origin ExplicitOrigin, Status App, Status Call)
{
    public Layers After(Status status, Origin origin) => origin switch
    {
        // A person who chose a status in the app had it open: what the app said before does not count any more.
        Origin.Agent => new Layers(status, Origin.Agent, Status.Unknown, CallUnlessWrapUp),
        Origin.Supervisor => new Layers(status, Origin.Supervisor, App, CallUnlessWrapUp),
        Origin.App => this with { App = status, Call = status == Status.Offline ? CallUnlessWrapUp : Call },
        _ => this with { Call = status is Status.OnCall or Status.WrapUp ? status : Status.Unknown },
    };

    public EffectiveStatus Decide()
    {
        if (Call != Status.Unknown) return new(Call, Origin.Call);
        if (Explicit == Status.Offline) return new(Status.Offline, ExplicitOrigin);
        if (App == Status.Offline) return new(Status.Offline, Origin.App);
        if (Explicit is Status.Busy or Status.Away) return new(Explicit, ExplicitOrigin);
        if (Explicit != Status.Unknown)
            return App is Status.Idle or Status.Away ? new(App, Origin.App) : new(Explicit, ExplicitOrigin);
        return App != Status.Unknown ? new(App, Origin.App) : default;
    }

    private Status CallUnlessWrapUp => Call == Status.WrapUp ? Status.Unknown : Call;
}
