// One long file: who reviews what a client may cost the server reads all of it, beside docs/security.md.
namespace AgentStatus.Server.Configuration;

/// <summary>The limits of the server: value, unit (last in the name) and reason. A refused request gets the name back.
/// In this order: requests, the writer and what works in the background, connections, company settings.</summary>
internal static class ServerLimits
{
    /// <summary>Labels of a company: a guard against misuse, such as a label made for each call. Judged by what this
    /// server knows: events from a spool or another server are stored all the same.</summary>
    public const int CompanyLabels = 1_000;

    /// <summary>Bytes of a request's message, decompressed (64 KB): a ring group of <see cref="Limits.RingTargets"/>
    /// takes 14 KB, a breakdown of <see cref="Limits.BreakdownAgents"/> 10 KB.</summary>
    public const int RequestBytes = 64 * 1024;

    /// <summary>The same of RecordStatuses (1 MB): <see cref="Limits.BatchEvents"/> events with all fields as long as
    /// they may be, in most alphabets.</summary>
    public const int BatchRequestBytes = 1024 * 1024;

    /// <summary>Bytes of a body of JSON (256 KB): a ring group of <see cref="Limits.RingTargets"/> takes 70
    /// KB.</summary>
    public const int JsonBytes = 256 * 1024;

    /// <summary>The same of RecordStatuses (2 MB): <see cref="Limits.BatchEvents"/> events of 2 KB.</summary>
    public const int JsonBatchBytes = 2 * 1024 * 1024;

    /// <summary>The same of an event, and of one ring (16 KB): with all fields as long as they may be, each character
    /// as \uXXXX, an event takes 6 KB.</summary>
    public const int JsonSmallBytes = 16 * 1024;

    /// <summary>Events of one page of ListStatusEvents: with all fields as long as they may be, below the 4 MB that
    /// gRPC clients take by default.</summary>
    public const int EventsOfPage = 1_000;

    /// <summary>Events that are read to tell what became of those on a page of ListStatusEvents: its own, the others of
    /// their instants, and those of the day before, whose calls may go on. Usual pages take some 1,300.</summary>
    public const int JudgedEvents = 10_000;

    /// <summary>Bytes of one page of a breakdown: gRPC clients take 4 MB by default.</summary>
    public const int BreakdownPageBytes = 3_000_000;

    /// <summary>Faults that a refusal names; more are counted. They travel in HTTP/2 trailers, of which some clients
    /// take 8 KB.</summary>
    public const int NamedFaults = 32;

    /// <summary>Characters of a caller's text that a refusal gives back, for the same reason.</summary>
    public const int QuotedCharacters = 64;

    /// <summary>Steps of one page of a breakdown: buckets, intervals of business hours, events, and reads of the
    /// store. The page ends with the agent that exceeds them, and the next one goes on: no request keeps threads busy
    /// for more than some hundred milliseconds. A company's usual month takes two million.</summary>
    public const long BreakdownPageSteps = 10_000_000;

    /// <summary>Steps that an agent takes more whose events memory does not have all: the store is asked, which takes a
    /// millisecond or many. A page has 500 of those.</summary>
    public const long StoreReadSteps = 20_000;

    /// <summary>Steps that an event from before memory's horizon takes more: the store reads it.</summary>
    public const long StoredEventSteps = 9;

    /// <summary>Breakdowns at a time, until their answers are sent: each holds some 3 MB, up to twice. The threads that
    /// work on them are fewer: see LowPriorityThreads.</summary>
    public const int Breakdowns = 16;

    /// <summary>Those of one address: half, so that no caller takes all places.</summary>
    public const int BreakdownsOfPeer = 8;

    /// <summary>Those of them whose answers are JSON; half as many of one address. Each holds its page while it is
    /// written.</summary>
    public const int JsonBreakdowns = 4;

    /// <summary>How long a breakdown may have to wait for others, by what the last ones took (100 ms): those that would
    /// wait longer are refused, and come again after <see cref="BreakdownRetryAfterMs"/>.
    /// <see cref="BreakdownsOfPeer"/> may be there however long they take.</summary>
    public static readonly TimeSpan BreakdownWait = TimeSpan.FromMilliseconds(100);

    /// <summary>Breakdowns that wait for a place, however little they take.</summary>
    public const int QueuedBreakdowns = 256;

    /// <summary>Those of one address.</summary>
    public const int QueuedBreakdownsOfPeer = 64;

    /// <summary>Rings, and groups of them, with as_known_at at a time: their agents are read from the first event on.
    /// Other rings, and breakdowns, do not wait behind them.</summary>
    public const int AsKnownRings = 4;

    /// <summary>Those of one address: half, so that no caller takes all places.</summary>
    public const int AsKnownRingsOfAddress = AsKnownRings / 2;

    /// <summary>Those that wait for a place; more are refused, and come again after
    /// <see cref="BreakdownRetryAfterMs"/>.</summary>
    public const int QueuedAsKnownRings = 256;

    /// <summary>Those of one address.</summary>
    public const int QueuedAsKnownRingsOfAddress = 64;

    /// <summary>Events of a group's agents that as_known_at reads, unless the first agent alone has more: a year of 50
    /// agents with 270 events a day. It takes a thread some ten seconds.</summary>
    public const long AsKnownEvents = 5_000_000;

    /// <summary>How long a client may take to read a breakdown's answer: a page of 3 MB at 1 Mbit/s (30 s).</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    /// <summary>Bytes that a stream of requests, or a request whose answer may be large, is taken to hold until its
    /// answer is sent: a ring group's answer, or what a stream's client is behind in reading, takes 64 KB, and a
    /// request as much (128 KB).</summary>
    public const int LargeHeldBytes = 128 * 1024;

    /// <summary>The same of RecordStatuses: its bytes, and twice as much once they are read (3 MB).</summary>
    public const int BatchHeldBytes = 3 * BatchRequestBytes;

    /// <summary>The same of a watch: its connection's buffers, the message on its way, and an entry for each agent that
    /// the reader is behind with (64 KB).</summary>
    public const int WatchHeldBytes = LargeHeldBytes / 2;

    /// <summary>What a request in JSON is taken to hold, by what one in bytes is: its text has twice to three times as
    /// many bytes, and beside it are the messages.</summary>
    public const int JsonHeldTimes = 4;

    /// <summary>What an event or one ring in JSON is taken to hold: connections alone do not bound them, as each may
    /// send its largest body slowly (64 KB).</summary>
    public const int JsonSmallHeldBytes = 4 * JsonSmallBytes;

    /// <summary>Bytes that all of them may hold: they fit a heap of 768 MB beside all else (256 MB).</summary>
    public const int HeldBytes = 256 * 1024 * 1024;

    /// <summary>Those of one address: half, so that no caller takes all (128 MB).</summary>
    public const int HeldBytesOfAddress = HeldBytes / 2;

    /// <summary>Those of one connection: all of its streams, or five batches of events (16 MB).</summary>
    public const int HeldBytesOfConnection = StreamsPerConnection * LargeHeldBytes;

    /// <summary>Watchers at a time: with them half of <see cref="HeldBytes"/> is held.</summary>
    public const int Watchers = 2_000;

    /// <summary>Those of one address: half, so that no caller takes all places.</summary>
    public const int WatchersOfAddress = Watchers / 2;

    /// <summary>Agents named in one watch.</summary>
    public const int WatchedAgents = 1_000;

    /// <summary>Agents of a company that is watched as a whole, when the watch begins: each is one entry a watcher that
    /// is behind.</summary>
    public const int WatchedCompanyAgents = 10_000;

    /// <summary>Agents of one message to a watcher: 40 KB, and 300 KB where each has the longest label.</summary>
    public const int WatchPortionAgents = 1_000;

    /// <summary>What changes in a company within this time after a change comes to its watchers together (100 ms): a
    /// person sees no difference, and at 1,000 events a second each of 1,000 watchers is sent 10 messages.</summary>
    public static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Watchers that are sent something at once; after a pause come the next ones (2 ms). What they send is
    /// done by the threads that answer requests: 1,000 at once would keep these busy for 10 ms.</summary>
    public const int WatchersAtOnce = 50;

    /// <summary>See <see cref="WatchersAtOnce"/>.</summary>
    public static readonly TimeSpan WatchersPause = TimeSpan.FromMilliseconds(2);

    /// <summary>How often a watcher is told known_through though nothing changes (500 ms): a second passes without it
    /// only where something is wrong.</summary>
    public static readonly TimeSpan WatchProgress = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a watcher's message may wait for its reader (30 s). A watcher of few agents that reads nothing
    /// has none that waits, they lie in buffers: its connection does not answer <see cref="PingAfter"/>.</summary>
    public static readonly TimeSpan WatchUnread = TimeSpan.FromSeconds(30);

    /// <summary>What a refused watcher is told to wait (5 s): others leave seldom.</summary>
    public const int WatchRetryAfterMs = 5_000;

    /// <summary>Bytes of an answer that Kestrel takes without waiting for the client (4 KB): its own
    /// constant.</summary>
    public const int UnsentBytes = 4 * 1024;

    /// <summary>Work that waits for a thread, at which connections are read in turns: some milliseconds' worth. A
    /// request waits for the pool several times, each time behind all of it. Less costs busy clients a quarter of their
    /// ring groups.</summary>
    public const int QueuedWork = 512;

    /// <summary>The same of connections that hold nearly all that they may, or whose address does: who floods the
    /// server and reads no answers is read in turns from a millisecond's or two of work on.</summary>
    public const int QueuedWorkBeforeFull = 64;

    /// <summary>Bytes of a connection that are handed on without a turn: a request or two, with all of its
    /// headers.</summary>
    public const int UnpacedBytes = 512;

    /// <summary>Bytes of a connection that are handed on at a turn: requests of 34 bytes and more (4 KB).</summary>
    public const int PacedBytes = 4 * 1024;

    /// <summary>Bytes of answers on a stream that wait for the next one before they are sent: many fit into one write
    /// (32 KB).</summary>
    public const int KeptBackBytes = 32 * 1024;

    /// <summary>How long a stream's message may take from its first bytes to its last (10 s).</summary>
    public static readonly TimeSpan MessageWithin = TimeSpan.FromSeconds(10);

    /// <summary>What a refused write is told to wait before it tries again (100 ms).</summary>
    public const int RetryAfterMs = 100;

    /// <summary>The same while the spool is full: the store has been away for long, and will be a little longer (1
    /// s).</summary>
    public const int SpoolFullRetryAfterMs = 1_000;

    /// <summary>The same for a refused breakdown, or ring with as_known_at: some are through in it (1 s).</summary>
    public const int BreakdownRetryAfterMs = 1_000;

    /// <summary>How long a write may have to wait, by the rate of the last large batches: those that would wait longer
    /// are refused, and come again after <see cref="RetryAfterMs"/> (50 ms).</summary>
    public static readonly TimeSpan WriteWait = TimeSpan.FromMilliseconds(50);

    /// <summary>Writes that may be under way however slow the store is: two batches. One is recorded, and the next one
    /// waits.</summary>
    public const int WritesUnderWayAtLeast = 2 * BatchWrites;

    /// <summary>The same while more come than it can do and some are refused, at the least: one batch, which a
    /// RecordStatuses of <see cref="Limits.BatchEvents"/> still fits in. Those who are refused make room for others,
    /// and what waits beyond that only waits.</summary>
    public const int WritesInOverloadAtLeast = BatchWrites;

    /// <summary>How long after the last refused write, or breakdown, there is taken to be more than can be done (1 s):
    /// whoever is refused comes again within that.</summary>
    public static readonly TimeSpan OverloadLasts = TimeSpan.FromSeconds(1);

    /// <summary>Writes that wait for the writer, whatever its rate.</summary>
    public const int QueuedWrites = 32_768;

    /// <summary>Rings that wait to be kept: as many as events, which take as long. They count into
    /// <see cref="WriteWait"/>, each as a write.</summary>
    public const int QueuedRings = QueuedWrites;

    /// <summary>How old the oldest queued write may be before it is said that the writer is slow, and how long a batch
    /// may take (1 s): a full queue is hardly older.</summary>
    public static readonly TimeSpan SlowWrite = TimeSpan.FromSeconds(1);

    /// <summary>New agents of one address a second, known ones apart: a company of 10,000 begins at once
    /// (<see cref="NewAtOnceSeconds"/>), and an import of 100,000 takes some 90 s; each takes memory for
    /// good.</summary>
    public const int NewAgentsPerSecond = 1_000;

    /// <summary>New companies of one address a second: each has its settings fetched, which a settings service answers
    /// at some 100 a second, and real companies wait behind them.</summary>
    public const int NewCompaniesPerSecond = 20;

    /// <summary>So many seconds' worth of new ones may come at once (10 s).</summary>
    public const int NewAtOnceSeconds = 10;

    /// <summary>Addresses whose shares are known at a time, some 300 bytes each; more share one share.</summary>
    public const int KnownCallers = 10_000;

    /// <summary>Writes that one commit takes: bounds how long the first of them waits (some 10 ms with
    /// SQLite).</summary>
    public const int BatchWrites = 512;

    // A batch is a part of the queue; else this does not compile.
    private const uint BatchIsPartOfQueue = QueuedWrites - BatchWrites;

    /// <summary>How often it is looked whether the store's file is still the one that was opened, beside each write (5
    /// s).</summary>
    public static readonly TimeSpan FileCheckInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long a start waits at most until it reads anew, where the store answers and a read fails (30
    /// s).</summary>
    public static readonly TimeSpan StartRetry = TimeSpan.FromSeconds(30);

    /// <summary>How often the writer looks for events beyond memory's horizon, and tries again what failed (1
    /// s).</summary>
    public static readonly TimeSpan MaintenanceInterval = TimeSpan.FromSeconds(1);

    /// <summary>Events of a timeline that the writer copies at once: 128 KB, some 50 us. Larger ones are copied on
    /// another thread; so is what else an agent needs of the store.</summary>
    public const int EventsCopiedAtOnce = 16_384;

    /// <summary>How long a portion of the spool may take on its way to the store, while writes wait (10 ms): fewer
    /// events are taken where it takes longer.</summary>
    public static readonly TimeSpan DrainWithin = TimeSpan.FromMilliseconds(10);

    /// <summary>Events of a portion, however long it takes: most of that is not for the events then.</summary>
    public const int DrainedEventsAtLeast = 16;

    /// <summary>How often is looked whether the cut of the retention is to move on (1 minute).</summary>
    public static readonly TimeSpan RetentionInterval = TimeSpan.FromMinutes(1);

    /// <summary>How long after the cut is in force the first row goes: requests that began before it have ended, and
    /// other servers have learned of it (10 minutes).</summary>
    public static readonly TimeSpan RetentionGrace = TimeSpan.FromMinutes(10);

    /// <summary>How many times faster than time passes the retention follows a clock that is ahead of what it has seen:
    /// a month's standstill is made good in five days, and a clock that is wrong by years deletes a week too much a
    /// day.</summary>
    public const int ClockFollowedTimes = 7;

    /// <summary>From when on it is said how far the clock is ahead of what the retention follows (1 day).</summary>
    public static readonly TimeSpan ClockFollowedSaid = TimeSpan.FromDays(1);

    /// <summary>How long a portion of the retention may take, while appends wait (10 ms): fewer rows go where it takes
    /// longer.</summary>
    public static readonly TimeSpan DeleteWithin = TimeSpan.FromMilliseconds(10);

    /// <summary>Rows of such a portion, however long it takes.</summary>
    public const int DeletedRowsAtLeast = 32;

    /// <summary>Rows of a portion, however fast it is.</summary>
    public const int DeletedRows = 1_024;

    /// <summary>How many times as long as a portion took the next one waits.</summary>
    public const int DeletePauseTimes = 4;

    /// <summary>Threads that work out such timelines: one agent with a long history does not hold up the
    /// others.</summary>
    public const int RebuildThreads = 4;

    /// <summary>Threads that read the store at start, one a core: more than four wait for the disk and for one another,
    /// since timelines are published one at a time.</summary>
    public static readonly int StartReaders = Math.Min(4, Environment.ProcessorCount);

    /// <summary>Agents that are handed to them at a time; the events of one that waits are taken in together.</summary>
    public const int RebuiltAgents = 64;

    /// <summary>Timelines that the writer shows in one portion when they are worked out: to find where the status of
    /// one with a million equal events began takes a millisecond.</summary>
    public const int ShownRebuilds = 8;

    /// <summary>Agents that are looked at for events beyond memory's horizon in one portion: a million in five
    /// minutes.</summary>
    public const int TrimmedSlots = 8_192;

    /// <summary>Reads of the store at a time, for instants before memory's horizon; more wait.</summary>
    public const int StoreReads = 4;

    /// <summary>Reads of call steps at a time; more wait.</summary>
    public const int StepReads = 4;

    /// <summary>Steps of one call in an answer: four times the largest ring group, and forty times what a call
    /// takes.</summary>
    public const int CallSteps = 4_000;

    /// <summary>Bytes that a request for a call's steps is taken to hold until its answer is sent: the largest takes
    /// some 800 KB, twice, as objects and as bytes (2 MB).</summary>
    public const int CallStepsHeldBytes = 16 * LargeHeldBytes;

    /// <summary>The same of a page of ListStatusEvents: with all fields as long as they may be it takes 3.6 MB (4
    /// MB).</summary>
    public const int EventsHeldBytes = 32 * LargeHeldBytes;

    /// <summary>Calls on one page.</summary>
    public const int CallsOfPage = 1_000;

    /// <summary>Calls whose steps are read at once for a page.</summary>
    public const int CallsReadAtOnce = 64;

    /// <summary>Steps that a page of calls classifies anew; it ends with the call that exceeds them, and the next page
    /// goes on.</summary>
    public const int ListedSteps = 10_000;

    /// <summary>Steps that one before memory's horizon counts as: the store reads its agent.</summary>
    public const int StoredStepWork = 10;

    /// <summary>Agents whose offline periods are written in one portion: some milliseconds.</summary>
    public const int ProjectedAgents = 64;

    /// <summary>Events of these agents, and those of the one that exceeds it: some 100 ms, so that the lease is renewed
    /// in time. A store renews it by itself while it writes what one agent has.</summary>
    public const int ProjectedEvents = 100_000;

    /// <summary>How often changed offline periods are written: bursts of an agent become one write (250 ms).</summary>
    public static readonly TimeSpan ProjectionInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the other servers of a store that answers otherwise cannot be followed before it is said:
    /// longer than it takes to find out that it does not answer at all, which is said instead (5 s).</summary>
    public static readonly TimeSpan FollowingDoubt = TimeSpan.FromSeconds(5);

    /// <summary>How far this machine's clock and a shared store's may differ before it is said (1 s).</summary>
    public const long ClockDifferenceMs = 1_000;

    /// <summary>How far this machine's clock may move by itself between two looks: more is a jump (1 s).</summary>
    public const long ClockJumpMs = 1_000;

    /// <summary>How often is looked whether the machine's clock has jumped (1 s).</summary>
    public static readonly TimeSpan ClockCheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>Connections at a time, if the file descriptors allow them: each takes some 20 kB and more.</summary>
    public const int Connections = 10_000;

    /// <summary>File descriptors that connections may not take: the program's own files are 240, and the store, its
    /// readers and what the runtime opens later need the rest.</summary>
    public const int ReservedDescriptors = 400;

    /// <summary>How long a new connection may take for HTTP/2's preface: clients send it at once (5 s).</summary>
    public static readonly TimeSpan FirstBytes = TimeSpan.FromSeconds(5);

    /// <summary>How long a TLS handshake may take, after its first bytes: clients on the other side of the world need
    /// half a second (5 s).</summary>
    public static readonly TimeSpan Handshake = TimeSpan.FromSeconds(5);

    /// <summary>How often the files of certificate and key are looked at; what is the same in two looks is taken (2
    /// s).</summary>
    public static readonly TimeSpan CertificateCheckInterval = TimeSpan.FromSeconds(2);

    /// <summary>Bytes of each of these files: hundreds of authorities (1 MB).</summary>
    public const int CertificateFileBytes = 1024 * 1024;

    /// <summary>How long before a certificate ends it is said, once a day: long enough to renew one by hand (14
    /// days).</summary>
    public static readonly TimeSpan CertificateEndsSoon = TimeSpan.FromDays(14);

    /// <summary>How long a connection without requests is kept: clients that come back later connect again by
    /// themselves (130 s).</summary>
    public static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(130);

    /// <summary>How long the headers of a request may take (10 s).</summary>
    public static readonly TimeSpan RequestHeaders = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of a request's headers, and of an HTTP/1.1 request's first line, which may name <see
    /// cref="Limits.BreakdownAgents"/>: more is HTTP 431 and 414 (32 KB).</summary>
    public const int RequestHeaderBytes = 32 * 1024;

    /// <summary>Bytes that a connection's requests, or one stream's, may be ahead of the handlers: some of the largest
    /// messages, and hundreds of usual ones (256 KB, 128 KB).</summary>
    public const int ConnectionWindowBytes = 256 * 1024;

    /// <summary>See <see cref="ConnectionWindowBytes"/>.</summary>
    public const int StreamWindowBytes = 128 * 1024;

    /// <summary>Streams of one HTTP/2 connection, until their answers are sent: each takes 10 KB, however small its
    /// messages are. Clients wait for a free one, or open another connection.</summary>
    public const int StreamsPerConnection = 128;

    /// <summary>Memory there must be for each connection, where the limit is not configured: its streams and what is
    /// sent ahead (2 MB).</summary>
    public const long ConnectionBytes = 2_000_000;

    /// <summary>Bytes a second that a message under way, or an answer to a client that reads, must come to after
    /// <see cref="DataGrace"/>: a client that does not keep a memory buffer busy for long (240 B/s).</summary>
    public const int DataBytesPerSecond = 240;

    /// <summary>How long a message or an answer may be slower than that (5 s).</summary>
    public static readonly TimeSpan DataGrace = TimeSpan.FromSeconds(5);

    /// <summary>A connection that was silent for this long is asked whether it is there (15 s).</summary>
    public static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(15);

    /// <summary>One that does not answer within this is closed: its machine or network is gone, or it reads
    /// nothing (15 s).</summary>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Characters of an authorization header: a token of 4 KB is a large one.</summary>
    public const int CredentialCharacters = 8_192;

    /// <summary>Verified credentials that are remembered, so that a request costs a look-up; with all of them as long
    /// as they may be 64 MB. Those of further callers are verified at each request.</summary>
    public const int VerifiedCredentials = 4_096;

    /// <summary>Bytes of a file with keys or certificates (4 MB): 10,000 keys.</summary>
    public const int CredentialFileBytes = 4_000_000;

    /// <summary>How often such files are looked at: a key that was removed is refused from then on (2 s).</summary>
    public static readonly TimeSpan CredentialCheckInterval = TimeSpan.FromSeconds(2);

    /// <summary>By how much a signer's clock may differ from ours (30 s).</summary>
    public static readonly TimeSpan TokenClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>How often an authority is asked for its keys (10 min): one that it has withdrawn is not taken longer.
    /// For a key that is not known it is asked sooner.</summary>
    public static readonly TimeSpan AuthorityRefresh = TimeSpan.FromMinutes(10);

    /// <summary>The shortest time between two such questions: tokens with keys that nobody knows may not flood the
    /// authority (30 s).</summary>
    public static readonly TimeSpan AuthorityRetry = TimeSpan.FromSeconds(30);

    /// <summary>The longest time for which a timer can be set, by far (40 days).</summary>
    public static readonly TimeSpan LongestIdentity = TimeSpan.FromDays(40);

    /// <summary>How long the same word about clients is not said again, but counted (1 min).</summary>
    public static readonly TimeSpan SaidAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>How long requests and connections may take to end when the server stops; what is queued is recorded
    /// after that. It is asked to be gone within 10 s, and a client that does not read its stream uses all of this (5
    /// s).</summary>
    public static readonly TimeSpan Shutdown = TimeSpan.FromSeconds(5);

    /// <summary>When a process that has not stopped is ended: it is asked to be gone within 10 s (9 s).</summary>
    public static readonly TimeSpan Stop = TimeSpan.FromSeconds(9);

    /// <summary>How long health says that events are not recorded, if none comes to show that they are: senders that go
    /// by it try again then (10 s). Longer than <see cref="FileCheckInterval"/>: while the file is lost it does not
    /// end.</summary>
    public static readonly TimeSpan RecordingRetry = TimeSpan.FromSeconds(10);

    /// <summary>How often is looked whether the pool works and descriptors are left: a pool that has not come to it
    /// twice is stalled (1 s).</summary>
    public static readonly TimeSpan ProcessCheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>Free file descriptors below which it is said: connections leave
    /// <see cref="ReservedDescriptors"/>.</summary>
    public const int FreeDescriptors = 64;

    /// <summary>Of all that has an objective, this share is to keep within it (0.99).</summary>
    public const double ObjectiveShare = 0.99;

    /// <summary>An objective: requests of ClassifyRingTarget take no more of the server's time (1 ms). A bound of the
    /// durations' buckets, as the next one is.</summary>
    public static readonly TimeSpan ClassifyObjective = TimeSpan.FromMilliseconds(1);

    /// <summary>An objective: an event that one server has acknowledged is seen by every other within this (250
    /// ms).</summary>
    public static readonly TimeSpan SeenObjective = TimeSpan.FromMilliseconds(250);

    /// <summary>An objective: known_through is never older (1 s).</summary>
    public static readonly TimeSpan KnownThroughObjective = TimeSpan.FromSeconds(1);

    /// <summary>Companies whose agents are counted by status, at each look at the metrics: eight series each, and a
    /// look at each of its agents.</summary>
    public const int CountedCompanies = 100;

    /// <summary>How long a collector may take for what it is sent: a stop waits for the last (2 s).</summary>
    public static readonly TimeSpan TelemetrySend = TimeSpan.FromSeconds(2);

    /// <summary>Entries of the audit log that wait for the store; further ones go to the program's log alone. Some 300
    /// bytes each.</summary>
    public const int AuditEntriesWaiting = 100_000;

    /// <summary>Entries of the audit log written at once: one insert.</summary>
    public const int AuditEntriesAtOnce = 256;

    /// <summary>Entries of a page of the audit log.</summary>
    public const int AuditEntriesOfPage = 1_000;

    /// <summary>How often is tried to write entries of the audit log that the store did not take (1 s).</summary>
    public static readonly TimeSpan AuditRetry = TimeSpan.FromSeconds(1);

    /// <summary>A file that the configuration names, until it is open at the start (10 s).</summary>
    public static readonly TimeSpan FileAtStart = TimeSpan.FromSeconds(10);

    /// <summary>One fetch of a company's settings, from when it begins: the first breakdown of a company waits for it
    /// (10 s).</summary>
    public const int SettingsFetchMs = 10_000;

    /// <summary>Fetches, and connections to the settings service, at a time: it serves others too.</summary>
    public const int SettingsFetches = 12;

    /// <summary>Those that no request waits for: the rest is for those that one does.</summary>
    public const int SettingsRefreshes = 8;

    /// <summary>Those for companies without events, which callers may have made up.</summary>
    public const int SettingsFetchesWithoutEvents = 2;

    // A request for a company with events finds a place; else this does not compile.
    private const uint PlacesForRequests = SettingsFetches - SettingsRefreshes - SettingsFetchesWithoutEvents - 1;

    /// <summary>Fetches for companies without events that wait; more are refused.</summary>
    public const int SettingsQueuedWithoutEvents = 64;

    /// <summary>Companies without events whose hours are remembered; they are not stored.</summary>
    public const int SettingsKeptWithoutEvents = 4_096;

    /// <summary>Age at which connections to the settings service are renewed: its name may move (2 min).</summary>
    public const int SettingsConnectionMs = 2 * 60 * 1000;

    /// <summary>Bytes of one company's settings: 100,000 agents with an exception each.</summary>
    public const int SettingsBodyBytes = 16_000_000;

    /// <summary>Bytes of the settings file: 10,000 companies of 12 kB; it is read whole.</summary>
    public const int SettingsFileBytes = 128_000_000;

    /// <summary>File times are this coarse at worst (FAT): a file written less than this ago is read again (2
    /// s).</summary>
    public const int SettingsFileUnsettledMs = 2_000;

    /// <summary>Pause after a company's first failed fetch; it doubles with each further one (1 s).</summary>
    public const int SettingsRetryFirstMs = 1_000;

    /// <summary>The longest pause between failed fetches: a source that is back is noticed within it (1 min).</summary>
    public const int SettingsRetryLastMs = 60_000;

    /// <summary>How long after CacheFor the ETag of a company that nobody asks for is kept (10 min).</summary>
    public const int SettingsIdleMs = 10 * 60 * 1000;

    /// <summary>Bytes of a message of a backup (64 KB): larger ones are large objects of the heap.</summary>
    public const int BackupChunkBytes = 65_536;

    /// <summary>Erasures that have begun and not ended: they are done one after the other, and each is looked for at
    /// every event.</summary>
    public const int ErasuresUnderWay = 64;

    /// <summary>Agents that memory forgets at once: a fraction of a millisecond.</summary>
    public const int ForgottenAgents = 256;

    /// <summary>Rows of the embedded store that are erased in one portion at the least.</summary>
    public const int ErasedRowsAtLeast = 16;

    /// <summary>Documents of a shared store that are erased in one portion at the least: a portion is several commands,
    /// whose round trips take longer than the documents.</summary>
    public const int ErasedDocumentsAtLeast = 256;

    /// <summary>Rows or documents that are erased in one portion at the most: each row is a change of several
    /// pages.</summary>
    public const int ErasedRowsAtMost = 2_048;

    /// <summary>From when on the log says for what an erasure waits (10 s): other servers need a moment.</summary>
    public static readonly TimeSpan ErasureWaitSaid = TimeSpan.FromSeconds(10);

    /// <summary>How long one portion may take before the next one is smaller: events wait meanwhile (10 ms).</summary>
    public static readonly TimeSpan EraseWithin = TimeSpan.FromMilliseconds(10);

    /// <summary>Faults that a verification gives; further ones are counted.</summary>
    public const int VerificationFaults = 1_000;

    /// <summary>How many times what looks wrong is looked at before it is called a fault: events come, and are
    /// projected, while it is read.</summary>
    public const int VerificationRounds = 3;

    /// <summary>How long is waited in between (3 s): the projection, and what other servers stored, are behind by
    /// less.</summary>
    public static readonly TimeSpan VerificationPause = TimeSpan.FromSeconds(3);
}
