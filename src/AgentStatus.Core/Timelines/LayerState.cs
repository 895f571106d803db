namespace AgentStatus.Core.Timelines;

/// <summary>What the three layers say after an event (docs/rules.md, Effective status), in one byte: explicit (none, or
/// one of 5 statuses from AGENT or SUPERVISOR) x app (none, or one of 4) x call (none, ON_CALL, WRAP_UP) = 165 states.
/// That a state fits into a byte is why a packed event can carry it, and why any instant is answered from the one event
/// before it.</summary>
internal readonly record struct LayerState(byte Code)
{
    private const int Explicits = 11;
    private const int Apps = 5;
    private const int Calls = 3;
    private const int Count = Explicits * Apps * Calls;

    /// <summary>Events of a kind: 8 statuses x 4 origins, as <see cref="PackedEvent"/> packs them.</summary>
    private const int Kinds = 32;

    private static readonly Status[] ExplicitStatuses =
        [Status.Online, Status.Idle, Status.Busy, Status.Away, Status.Offline];

    private static readonly Status[] AppStatuses = [Status.Unknown, Status.Online, Status.Idle, Status.Away, Status.Offline];

    private static readonly Status[] CallStatuses = [Status.Unknown, Status.OnCall, Status.WrapUp];

    private static readonly Layers[] Decoded = [.. Enumerable.Range(0, Count).Select(code => Decode((byte)code))];

    private static readonly EffectiveStatus[] Decided = [.. Decoded.Select(layers => layers.Decide())];

    private static readonly byte[] Successors = [.. Decoded.SelectMany(layers =>
        Enumerable.Range(0, Kinds).Select(kind => Encode(layers.After((Status)(kind >> 2), (Origin)((kind & 3) + 1)))))];

    /// <summary>No event yet.</summary>
    public static LayerState None => default;

    /// <summary>The effective status while the call layer has not run out.</summary>
    public EffectiveStatus Effective => Decided[Code];

    /// <summary>Whether the call layer says ON_CALL or WRAP_UP, so that it can run out.</summary>
    public bool HasCall => Code >= Explicits * Apps;

    /// <summary>How long the call layer lasts from its event on; only if <see cref="HasCall"/>.</summary>
    public long CallLimitMs => Code >= 2 * Explicits * Apps ? Limits.WrapUpMs : Limits.OnCallMs;

    /// <summary>The same with the call layer run out.</summary>
    public LayerState WithoutCall => new((byte)(Code % (Explicits * Apps)));

    /// <summary>The state after an event of this kind.</summary>
    public LayerState After(Status status, Origin origin) =>
        new(Successors[(Code * Kinds) + ((int)status << 2) + (int)origin - 1]);

    private static Layers Decode(byte code)
    {
        var explicitCode = code % Explicits;
        return new Layers(
            explicitCode == 0 ? Status.Unknown : ExplicitStatuses[(explicitCode - 1) >> 1],
            explicitCode == 0 ? Origin.None : ((explicitCode - 1) & 1) == 0 ? Origin.Agent : Origin.Supervisor,
            AppStatuses[code / Explicits % Apps],
            CallStatuses[code / (Explicits * Apps)]);
    }

    private static byte Encode(Layers layers)
    {
        var explicitCode = layers.ExplicitOrigin == Origin.None
            ? 0
            : 1 + (Math.Max(0, Array.IndexOf(ExplicitStatuses, layers.Explicit)) << 1)
                + (layers.ExplicitOrigin == Origin.Supervisor ? 1 : 0);
        var app = Math.Max(0, Array.IndexOf(AppStatuses, layers.App));
        var call = Math.Max(0, Array.IndexOf(CallStatuses, layers.Call));
        return (byte)((((call * Apps) + app) * Explicits) + explicitCode);
    }
}
