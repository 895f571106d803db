namespace AgentStatus.Core;

/// <summary>The limits of the domain: value, unit (last in the name) and reason. A refused request gets the name back.
/// The server's own are in its ServerLimits, those of stores in StorageLimits, those of business hours in
/// HoursLimits.</summary>
public static class Limits
{
    /// <summary>ON_CALL ends at the latest this long after the agent's last CALL event: the end of a call can get lost
    /// (12 h, unless configured).</summary>
    public const long OnCallMs = 12 * 60 * 60 * 1000L;

    /// <summary>WRAP_UP ends at the latest this long after the agent's last CALL event (1 h, unless
    /// configured).</summary>
    public const long WrapUpMs = 60 * 60 * 1000L;

    /// <summary>How far occurred_at and ring_at may lie ahead of the server's clock: clocks differ a little (5
    /// s).</summary>
    public const long FutureMs = 5_000;

    /// <summary>0001-01-01T00:00:00Z: the first instant that google.protobuf.Timestamp knows.</summary>
    public const long FirstInstantMs = -62_135_596_800_000;

    /// <summary>9999-12-31T23:59:59.999Z: the last millisecond that google.protobuf.Timestamp knows.</summary>
    public const long LastInstantMs = 253_402_300_799_999;

    /// <summary>Characters of an event id: room for a UUID with a prefix, small enough for an index.</summary>
    public const int EventIdCharacters = 128;

    /// <summary>Characters of a device id: room for a UUID with a prefix.</summary>
    public const int DeviceIdCharacters = 64;

    /// <summary>Code points of a label: it is shown in a column.</summary>
    public const int LabelCodePoints = 64;

    /// <summary>Code points of an actor: a name or an address.</summary>
    public const int ActorCodePoints = 128;

    /// <summary>Code points of a retraction's reason: some sentences.</summary>
    public const int ReasonCodePoints = 512;

    /// <summary>Status events of one RecordStatuses.</summary>
    public const int BatchEvents = 1_000;

    /// <summary>Devices that an agent has at once; of more, the one that is OFFLINE, or was heard longest ago, is
    /// forgotten: browser tabs come and go.</summary>
    public const int AgentDevices = 16;

    /// <summary>Targets of one ring group in one request: ten times the largest group seen.</summary>
    public const int RingTargets = 1_000;

    /// <summary>Agents named in one breakdown request, and agents on one page.</summary>
    public const int BreakdownAgents = 1_000;

    /// <summary>Business periods of one offline period: forty years of two a working day, 1 MB as a document. Of a
    /// longer one the first are there, and computed through when says how far they go.</summary>
    public const int BusinessPeriods = 20_000;

    /// <summary>Buckets of one agent's breakdown: more do not fit into a page of 3 MB.</summary>
    public const int BreakdownBuckets = 50_000;

    /// <summary>Parts into which companies are divided: far more servers than one database serves.</summary>
    public const int Partitions = 1_024;
}
