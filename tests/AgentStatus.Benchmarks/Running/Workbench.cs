using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Benchmarks.Running;

/// <summary>What the comparisons of one run share: sizes, a directory, servers and peers. Each is made when it is first
/// asked for.</summary>
internal sealed class Workbench : IDisposable
{
    private static readonly TimeSpan SampleLength = TimeSpan.FromDays(3);

    private static readonly TimeSpan SampleEnd = TimeSpan.FromMinutes(1);

    /// <summary>The exit code of a run that was broken off.</summary>
    private const int BrokenOff = 130;

    private readonly ConcurrentDictionary<string, IDisposable> _made = new();
    private readonly Dictionary<string, string> _stores = [];
    private readonly PosixSignalRegistration[] _signals;

    public Workbench(Sizes sizes, string? parentDirectory, IReadOnlyList<EarlierBuild> earlier)
    {
        (Sizes, Earlier) = (sizes, earlier);
        Root = Directory.CreateTempSubdirectory("agentstatus-bench-").FullName;
        if (parentDirectory is not null)
        {
            Directory.Delete(Root);
            Root = Directory.CreateDirectory(Path.Combine(parentDirectory, Path.GetFileName(Root))).FullName;
        }

        NowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal =>
            PosixSignalRegistration.Create(signal, Abandon))];
    }

    public Sizes Sizes { get; }

    /// <summary>Builds of other commits to compare with.</summary>
    public IReadOnlyList<EarlierBuild> Earlier { get; }

    /// <summary>All files of the run; gone at its end.</summary>
    public string Root { get; }

    /// <summary>When the run began; all samples end before it.</summary>
    public long NowMs { get; }

    /// <summary>From when on the sample agents have events.</summary>
    public long SampleFromMs => NowMs - (long)SampleLength.TotalMilliseconds;

    /// <summary>Until when they have.</summary>
    public long SampleToMs => NowMs - (long)SampleEnd.TotalMilliseconds;

    /// <summary>The instant that rings are about.</summary>
    public Timestamp RingAt => new() { Seconds = NowMs / 1_000, Nanos = 250_000_000 };

    /// <summary>The server with all agents in memory, its code warm.</summary>
    public MeasuredServer Large => Get("large", () => Warm(MeasuredServer.Start(Store(Sizes.Agents)), Sizes.Agents));

    /// <summary>The server with few agents.</summary>
    public MeasuredServer Small =>
        Get("small", () => Warm(MeasuredServer.Start(Store(Sizes.FewAgents)), Sizes.FewAgents));

    /// <summary>The empty peer.</summary>
    public MeasuredServer Empty => Get("empty", () => Warm(MeasuredServer.StartEmpty(), Sizes.Agents));

    public PostgresServer Postgres => Get("postgres", () => PostgresServer.Start(NewDirectory("postgres")));

    public RedisServer Redis => Get("redis", () => RedisServer.Start(NewDirectory("redis")));

    /// <summary>A store's directory with so many sample agents.</summary>
    public string Store(int agents) =>
        Store($"store-{agents}", agents, Sizes.EventsPerAgent, SampleFromMs, SampleToMs);

    /// <summary>One with the same agents, of whose events each so many has a label.</summary>
    public string LabelledStore(int agents, int labelEvery) => Store(
        $"labelled-{agents}", agents, Sizes.EventsPerAgent, SampleFromMs, SampleToMs, labelEvery);

    /// <summary>One with so many events of each agent.</summary>
    public string LongStore(int agents, int eventsPerAgent) =>
        Store($"long-{agents}", agents, eventsPerAgent, SampleFromMs, SampleToMs);

    /// <summary>Another one with the same agents, for a server beside that of the first.</summary>
    public string OtherStore(int agents, int number = 0) =>
        Store($"other-{agents}-{number}", agents, Sizes.EventsPerAgent, SampleFromMs, SampleToMs);

    /// <summary>A store's directory with a month of the agents of a breakdown.</summary>
    public string Store(BreakdownCase month) =>
        Store("month", month.Agents, month.EventsPerAgent, month.FromMs, month.ToMs);

    /// <summary>Makes room on the disk.</summary>
    public void DeleteStore(string directory)
    {
        _stores.Remove(Path.GetFileName(directory));
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>A new directory of the run.</summary>
    public string NewDirectory(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

    /// <summary>Something that the run makes once and keeps to its end.</summary>
    public T Get<T>(string name, Func<T> make)
        where T : IDisposable
    {
        return (T)_made.GetOrAdd(name, _ => make());
    }

    /// <summary>Ends something that was made; the next one who asks gets a new one.</summary>
    public void Release(string name)
    {
        if (_made.TryRemove(name, out var made)) made.Dispose();
    }

    /// <summary>Ends the servers; who asks next gets new processes. What the compiler and the scheduler made of one
    /// process lasts as long as it does, and two of the same program differ by a tenth.</summary>
    public void RestartServers()
    {
        foreach (var name in new[] { "large", "small", "empty" }) Release(name);
    }

    /// <summary>Unary classifications in a closed loop.</summary>
    public LoadResult Classify(MeasuredServer server, int agents, int connections, int streams,
        TimeSpan? duration = null, string? authorization = null)
    {
        var route = server.Route with { Authorization = authorization };
        return ClosedLoop.Run(
            [
                .. Enumerable.Range(1, connections).Select(seed => new UnaryCaller(
                    route, RingQuestions.Unary, streams, RingQuestions.One(seed, agents, RingAt),
                    RingQuestions.CheckOne)),
            ],
            duration ?? Sizes.Round,
            server.CpuSeconds);
    }

    /// <summary>Progress, for the person who waits.</summary>
    public static void Say(string what) => Console.Error.WriteLine($"  {what}");

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        foreach (var name in _made.Keys) Release(name);
        DeleteFiles();
    }

    /// <summary>Leaves no process behind where a run is broken off.</summary>
    private void Abandon(PosixSignalContext signal)
    {
        signal.Cancel = true;
        ChildProcess.StopAll();
        DeleteFiles();
        Environment.Exit(BrokenOff);
    }

    /// <summary>A run that is broken off comes here from two sides.</summary>
    private void DeleteFiles()
    {
        lock (_made)
            if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }

    private string Store(
        string name, int agents, int eventsPerAgent, long fromMs, long toMs, int labelEvery = 0)
    {
        if (_stores.TryGetValue(name, out var directory)) return directory;
        directory = NewDirectory(name);
        Say($"making a store of {agents:N0} agents with {eventsPerAgent:N0} events each");
        SampleStore.Create(directory, agents, eventsPerAgent, fromMs, toMs, labelEvery);
        return _stores[name] = directory;
    }

    private MeasuredServer Warm(MeasuredServer server, int agents)
    {
        Say($"{server.ReadyLine} (start took {server.StartTook.TotalSeconds:0.0} s); warming up");
        Classify(server, agents, connections: 2, streams: 32, Sizes.Warmup);
        return server;
    }
}
