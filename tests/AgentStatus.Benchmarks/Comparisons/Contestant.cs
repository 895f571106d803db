namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>Our server or an earlier build of it, with the processes that are loaded.</summary>
internal sealed class Contestant : IDisposable
{
    private readonly Workbench _bench;
    private readonly EarlierBuild? _build;
    private readonly string _store;
    private readonly MeasuredServer _month;
    private readonly BreakdownCase _case;
    private readonly MongoDatabase? _database;
    private readonly MeasuredServer? _mongo;
    private MeasuredServer? _server;

    /// <exception cref="InvalidOperationException">A server did not start.</exception>
    public Contestant(Workbench bench, EarlierBuild? build)
    {
        (_bench, _build, Name) = (bench, build, build?.Name ?? "ours");
        _store = StoreLike(bench.Store(bench.Sizes.RenewedAgents), "store");
        _case = new BreakdownCase(bench);
        var settings = _case.WriteSettings(bench.NewDirectory($"settings-{Name}"));
        _month = MeasuredServer.Start(
            build, StoreLike(bench.Store(_case), "month"), "--CompanySettings:Path", settings);
        try
        {
            _database = MongoDatabase.Create(Name, isPrepared: build is null);
            _mongo = MeasuredServer.Start(build, bench.NewDirectory($"spool-{Name}"), _database.Settings);
        }
        catch (Exception failure) when (failure is MissingPeerException or InvalidOperationException)
        {
            LacksMongo = $"{Name}: {failure.Message.ReplaceLineEndings(" ")}";
        }
    }

    public string Name { get; }

    /// <summary>Why it does not stand on MongoDB; null: it does.</summary>
    public string? LacksMongo { get; }

    /// <summary>On the store of samples; a new one each round.</summary>
    public MeasuredServer Server => _server!;

    /// <summary>The server's memory as it was ready.</summary>
    public long ReadyBytes { get; private set; }

    /// <summary>Starts a new server, and warms all up that it is asked: what has more code is not to be measured by
    /// what it takes to compile it.</summary>
    public void Renew()
    {
        _server?.Dispose();
        _server = MeasuredServer.Start(_build, _store);
        ReadyBytes = _server.ResidentBytes();
        var (agents, warmup) = (_bench.Sizes.RenewedAgents, _bench.Sizes.Warmup / 2);
        Classify(2, 32, warmup);
        GroupAgainstRedis.Load(_bench, _server, agents, 32, warmup);
        StreamAgainstUnary.Load(_bench, _server, agents, 1, warmup);
        RecordLoad.Record(_server, warmup);
        BreakDown(warmup);
        if (_mongo is not null) RecordOnMongo(warmup);
    }

    public LoadResult Classify(int connections, int streams, TimeSpan duration) =>
        _bench.Classify(Server, _bench.Sizes.RenewedAgents, connections, streams, duration);

    public LoadResult RecordOnMongo(TimeSpan duration) => RecordLoad.Record(_mongo!, duration);

    public LoadResult BreakDown(TimeSpan duration) => LeanBreakdown.Load(_month, _case, duration);

    public void Dispose()
    {
        _server?.Dispose();
        _month.Dispose();
        _mongo?.Dispose();
        _database?.Dispose();
    }

    /// <summary>Our store as it is; an earlier build gets one of its own with the same content.</summary>
    private string StoreLike(string ours, string name)
    {
        if (_build is null) return ours;
        Workbench.Say($"making the {name} of {Name}");
        var directory = _bench.NewDirectory($"{name}-{Name}");
        _build.CopyStore(ours, directory);
        return directory;
    }
}
