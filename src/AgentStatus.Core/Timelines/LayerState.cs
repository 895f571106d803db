namespace AgentStatus.Core.Timelines;

/// <summary>What the three layers say after an event, in one byte: explicit (none, or one of 5 statuses from 3 origins)
/// x app (none, or one of 4) = 80 states, and 5 more where only calls are known: what the last end of one said; these x
/// call (none, ON_CALL, WRAP_UP) = 255. That a state fits into a byte is why a packed event can carry it, and why any
/// instant is answered from the one event before it.</summary>
internal readonly record struct LayerState(byte Code)
{
    private const int Explicits = 16;
    private const int Apps = 5;
    private const int KnownByCalls = Explicits * Apps;
    private const int WithoutCallCount = KnownByCalls + 5;
    private const int Count = 3 * WithoutCallCount;

    private static readonly Status[] Choices = [Status.Online, Status.Idle, Status.Busy, Status.Away, Status.Offline];

    private static readonly Origin[] Choosers = [Origin.Agent, Origin.Supervisor, Origin.System];

    private static readonly Status[] AppStatuses =
        [Status.Unknown, Status.Online, Status.Idle, Status.Away, Status.Offline];

    private static readonly Status[] CallStatuses = [Status.Unknown, Status.OnCall, Status.WrapUp];

    private static readonly Layers[] Decoded = [.. Enumerable.Range(0, Count).Select(Decode)];

    private static readonly EffectiveStatus[] Decided = [.. Decoded.Select(layers => layers.Decide())];

    private static readonly byte[] Successors = FindSuccessors();

    /// <summary>No event yet.</summary>
    public static LayerState None => default;

    public static LayerState Of(Layers layers) => new(Encode(layers));

    public Layers Layers => Decoded[Code];

    /// <summary>The effective status while the call layer has not run out.</summary>
    public EffectiveStatus Effective => Decided[Code];

    /// <summary>Whether the call layer says ON_CALL or WRAP_UP, so that it can run out.</summary>
    public bool HasCall => Code >= WithoutCallCount;

    /// <summary>ON_CALL or WRAP_UP; only if <see cref="HasCall"/>.</summary>
    public Status Call => Code < 2 * WithoutCallCount ? Status.OnCall : Status.WrapUp;

    /// <summary>The same with the call layer run out.</summary>
    public LayerState WithoutCall => new((byte)(Code % WithoutCallCount));

    /// <summary>The state after an event of this kind that names neither call nor device, where the state is all that
    /// the layers hold: what <see cref="AgentLayers"/> comes to, as a table.</summary>
    public LayerState After(int kind) => new(Successors[(Code * PackedEvent.KindCount) + kind]);

    private static Layers Decode(int code)
    {
        var (call, rest) = Math.DivRem(code, WithoutCallCount);
        var (app, chosen) = Math.DivRem(rest, Explicits);
        var inCall = CallStatuses[call];
        if (rest >= KnownByCalls)
            return new Layers(Status.Unknown, Origin.None, Status.Unknown, inCall, Choices[rest - KnownByCalls]);
        return chosen == 0
            ? new Layers(Status.Unknown, Origin.None, AppStatuses[app], inCall, Status.Unknown)
            : new Layers(
                Choices[(chosen - 1) / Choosers.Length],
                Choosers[(chosen - 1) % Choosers.Length],
                AppStatuses[app],
                inCall,
                Status.Unknown);
    }

    private static byte Encode(Layers layers)
    {
        var call = Array.IndexOf(CallStatuses, layers.Call) * WithoutCallCount;
        if (layers.LastEnd != Status.Unknown)
            return (byte)(call + KnownByCalls + Array.IndexOf(Choices, layers.LastEnd));
        var app = Array.IndexOf(AppStatuses, layers.App) * Explicits;
        if (layers.Explicit == Status.Unknown) return (byte)(call + app);
        var chosen = (Array.IndexOf(Choices, layers.Explicit) * Choosers.Length)
            + Array.IndexOf(Choosers, layers.ExplicitOrigin);
        return (byte)(call + app + chosen + 1);
    }

    private static byte[] FindSuccessors()
    {
        var successors = new byte[Count * PackedEvent.KindCount];
        for (var at = 0; at < successors.Length; at++)
        {
            var (code, kind) = Math.DivRem(at, PackedEvent.KindCount);
            var layers = AgentLayers.Of(CallLimits.Default, new LayerState((byte)code), 0, lastCallMs: 0);
            layers.Apply(new TimelineEvent(0, PackedEvent.StatusOf(kind), PackedEvent.OriginOf(kind)));
            successors[at] = layers.State.Code;
        }

        return successors;
    }
}
