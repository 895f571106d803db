namespace AgentStatus.Storage;

/// <summary>Reads events of one agent.</summary>
public interface IEventReader
{
    /// <summary>The agent's events with <paramref name="fromMs"/> &lt;= OccurredAtMs &lt; <paramref name="toMs"/>,
    /// preceded by those from before that leave the explicit and the app layer behind, and the last end of a call, as
    /// all of them do (<see cref="PrecedingEvents"/>); all in total order. Calls in progress at
    /// <paramref name="fromMs"/> may be missing: none lasts longer than twice the limit of ON_CALL, so who needs them
    /// reads from that much earlier. Where <paramref name="toMs"/> is not after <paramref name="fromMs"/>, what
    /// precedes only.</summary>
    /// <remarks>Without actors. Retracted events are not among them.</remarks>
    IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs);

    /// <summary>The ids that are retracted, as far as this server knows: all once
    /// <see cref="IStatusStore.LoadRetractions"/> has been called, then those of <see cref="IStatusStore.Retract"/> and
    /// of <see cref="IChangeFeed.Read"/>.</summary>
    Retractions Retractions { get; }

    /// <summary>The agent's events behind a position and before an instant, in total order, with all that is stored of
    /// them, the retracted ones too.</summary>
    /// <param name="most">The rest is left off.</param>
    IReadOnlyList<StoredEvent> ReadHistory(AgentKey agent, EventPosition after, long toMs, int most);

    /// <summary>The retraction of an event, which may not be stored yet; null: it counts.</summary>
    Retraction? FindRetraction(StatusEvent e);
}

/// <summary>Keeps status events and hours versions for good, and the offline periods that follow from them. Every store
/// passes the same contract suite.</summary>
/// <remarks>Methods block. One thread appends (<see cref="Append"/>, <see cref="AddHours"/>); reads are safe from any
/// thread and see what was durable before they began. Every method throws <see cref="StoreException"/> and nothing else
/// when the store cannot do what was asked.</remarks>
public interface IStatusStore : IEventReader, IDisposable
{
    /// <summary>Where the store is, for people to read; no credentials.</summary>
    string Description { get; }

    /// <summary>The stored offline periods.</summary>
    IOfflinePeriodStore OfflinePeriods { get; }

    /// <summary>The rings that are kept.</summary>
    ICallStepStore CallSteps { get; }

    /// <summary>Who changed what beside recording.</summary>
    IAuditStore Audit { get; }

    /// <summary>What a store that several servers use can do besides; null: one server at a time uses it.</summary>
    ISharedStore? Shared => null;

    /// <summary>Where events wait while the store does not answer; null: nowhere, they are refused.</summary>
    ISpool? Spool => null;

    /// <summary>The file on this machine in which events are kept, if only for a while; null: there is none.</summary>
    IStoreFile? File => null;

    /// <summary>What copies the store while it is used; null: its database has programs for that.</summary>
    IStoreBackup? Backup => null;

    /// <summary>What lets go of old data; null: it keeps all of it.</summary>
    IRetentionStore? Retention => null;

    /// <summary>What erases agents and companies.</summary>
    IErasureStore Erasure { get; }

    /// <summary>This server, and the number of its last event that is stored together with all before it. For a
    /// checkpoint. The appending thread only.</summary>
    ServerNumber StoredThrough { get; }

    /// <summary>Reads which events are retracted: after <see cref="ISharedStore.Follow"/>, and before anything is read
    /// of events.</summary>
    void LoadRetractions();

    /// <summary>How long calls last, as all servers of this store have it; null: nobody has said so yet.</summary>
    CallLimits? FindCallLimits();

    /// <summary>Keeps other limits of calls. The appending thread only, or before it begins.</summary>
    /// <returns>Those that are kept now: where there were none and two servers start at the same time, the first
    /// one's.</returns>
    /// <param name="replace">Whether they take the place of others.</param>
    CallLimits KeepCallLimits(CallLimits limits, bool replace);

    /// <summary>All that memory needs, by company and agent: of each agent what <see cref="IEventReader.ReadEvents"/>
    /// gives from the horizon on. Read lazily, in one pass; no event ids but where order needs them.</summary>
    IEnumerable<AgentEvents> ReadMemory(long horizonMs);

    /// <summary>The same in parts, for as many threads at the most, one each: an agent is in one of the parts, by
    /// chance in which. Nothing is appended meanwhile: each part may see another state of the store.</summary>
    IReadOnlyList<IEnumerable<AgentEvents>> ReadMemory(long horizonMs, int readers) => [ReadMemory(horizonMs)];

    /// <summary>All hours versions, by company and number.</summary>
    IEnumerable<StoredHours> ReadHours();

    /// <summary>Appends the events in order; an event id may come twice. A company's event id is stored once: the
    /// answer to each event says what became of it. They are durable when it returns.</summary>
    /// <exception cref="StoreUnreachableException">Not confirmed: some may be stored, or come to be.</exception>
    /// <exception cref="StoreException">None is stored.</exception>
    IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events);

    /// <summary>Retracts the events in order; an id may come twice. They are durable when it returns, and the events
    /// are read no more. One of before the cut stays as it is: what is left of that time has to go on being what all of
    /// it came to.</summary>
    /// <exception cref="StoreUnreachableException">Not confirmed: some may be stored, or come to be.</exception>
    /// <exception cref="StoreException">None is stored.</exception>
    IReadOnlyList<RetractResult> Retract(IReadOnlyList<Retraction> retractions);

    /// <summary>Adds an hours version under its number, and returns the one that stands there: this one, or one that
    /// was there before, which nothing replaces. It is durable when this returns.</summary>
    /// <exception cref="StoreUnreachableException">Not confirmed: adding the same again finds out.</exception>
    StoredHours AddHours(StoredHours hours);
}

/// <summary>An hours version as stored.</summary>
/// <param name="Number">Which of the company's versions: 1, 2, 3 and so on. A later one is in force from later
/// on.</param>
/// <param name="InForceFromMs">Since when it is in force.</param>
/// <param name="Json">The content, canonical JSON (docs/rules.md, Business hours).</param>
public readonly record struct StoredHours(long CompanyId, int Number, long InForceFromMs, string Json);

/// <summary>One agent's events for memory.</summary>
/// <param name="Events">In total order. The reader's buffer: valid until the next agent is read.</param>
public readonly record struct AgentEvents(AgentKey Agent, IReadOnlyList<MemoryEvent> Events);

/// <summary>An event without its id and sequence, whose place among its neighbours says its order.</summary>
/// <param name="CallId">0: the unnamed call.</param>
/// <param name="DeviceKey">Of <see cref="TimelineEvent.KeyOf(string)"/>; 0: the unnamed device.</param>
/// <param name="Label">Null: none.</param>
public readonly record struct MemoryEvent(
    long OccurredAtMs, Status Status, Origin Origin, long CallId = 0, long DeviceKey = 0, string? Label = null)
{
    public static MemoryEvent Of(StatusEvent e) => new(
        e.OccurredAtMs, e.Status, e.Origin, e.CallId, TimelineEvent.KeyOf(e.DeviceId),
        e.Label.Length > 0 ? e.Label : null);
}
