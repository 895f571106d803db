namespace AgentStatus.Core.Timelines;

/// <summary>An event in 8 bytes: 49 bits of signed milliseconds since the Unix epoch (years 0001 to 9999 need them), 8
/// bits of <see cref="LayerState"/> after it, 5 of its kind (status and origin), and two that say what memory lacks.
/// Words of different instants compare as the instants.</summary>
internal static class PackedEvent
{
    /// <summary>Statuses that each origin may carry, all together.</summary>
    public const int KindCount = 28;

    /// <summary>The event has more than the word says (a call, a device, a label that does not count), so that memory
    /// alone cannot apply it again.</summary>
    private const long IsNamedBit = 1;

    /// <summary>The layers after it hold more than the state says (named calls or devices, ends that wait): a
    /// <see cref="TimelineMarks"/> has it, or the store.</summary>
    private const long IsRichBit = 2;

    private const int TimeShift = 15;
    private const int StateShift = 7;
    private const int KindShift = 2;
    private const int KindMask = 31;

    /// <summary>CALL events come last among the kinds.</summary>
    private const int FirstCallKind = KindCount - 7;

    /// <summary>The first instant that does not fit, in both directions.</summary>
    private const long EndMs = 1L << (63 - TimeShift);

    private static readonly (Status Status, Origin Origin)[] Kinds =
    [
        .. Enum.GetValues<Origin>().OrderBy(origin => origin == Core.Origin.Call)
            .SelectMany(origin => Enum.GetValues<Status>()
                .Where(status => StatusRules.MayCarry(origin, status)).Select(status => (status, origin))),
    ];

    private static readonly byte[] KindsByOriginAndStatus = FindKinds();

    /// <param name="kind">Of <see cref="KindOf"/>.</param>
    public static long Pack(long instantMs, LayerState after, int kind, bool isNamed, bool isRich) =>
        Pack(instantMs, after) | ((long)kind << KindShift) | (isNamed ? IsNamedBit : 0) | (isRich ? IsRichBit : 0);

    public static long Pack(long instantMs, LayerState state) =>
        (instantMs << TimeShift) | ((long)state.Code << StateShift);

    public static long OccurredAtMs(long word) => word >> TimeShift;

    public static LayerState After(long word) => new((byte)(word >> StateShift));

    public static Status Status(long word) => StatusOf((int)(word >> KindShift) & KindMask);

    public static Origin Origin(long word) => OriginOf((int)(word >> KindShift) & KindMask);

    /// <summary>Whether it is a CALL event.</summary>
    public static bool IsCall(long word) => ((word >> KindShift) & KindMask) >= FirstCallKind;

    public static bool IsNamed(long word) => (word & IsNamedBit) != 0;

    public static bool IsRich(long word) => (word & IsRichBit) != 0;

    /// <summary>The smallest word that any event of this instant can have.</summary>
    public static long Floor(long instantMs) => Math.Clamp(instantMs, -EndMs, EndMs - 1) << TimeShift;

    public static int KindOf(Status status, Origin origin) => KindsByOriginAndStatus[((int)origin << 4) | (int)status];

    public static Status StatusOf(int kind) => Kinds[kind].Status;

    public static Origin OriginOf(int kind) => Kinds[kind].Origin;

    private static byte[] FindKinds()
    {
        var kinds = new byte[8 << 4];
        for (var kind = 0; kind < Kinds.Length; kind++)
            kinds[((int)Kinds[kind].Origin << 4) | (int)Kinds[kind].Status] = (byte)kind;
        return kinds;
    }
}
