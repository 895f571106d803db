namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What it costs that a caller says who it is.</summary>
internal sealed class Authentication() : Comparison(
    "auth",
    "ClassifyRingTarget with a key, a token, or a certificate, against no authentication; 8 connections of 32 streams")
{
    /// <summary>Turns of a load in a round: a load that others disturb shall not be a side's only one.</summary>
    private const int Turns = 3;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        using var credentials = new Credentials(bench.NewDirectory("auth"));
        CredentialRow[] rows =
        [
            new(this, "key", 0.97, all => all.Known, all => all.Plain, credentials.Key),
            new(this, "jwt", 0.85, all => all.Known, all => all.Plain, credentials.Token),
            new(this, "certificate", 0.97, all => all.Certified, all => all.Tls, null),
        ];
        for (var round = 0; round < bench.Sizes.Rounds; round++)
        {
            // Two processes of the same program differ by a tenth: all are in one, and each round has a new one.
            using var servers = new Servers(bench, credentials);
            foreach (var row in rows) row.Load(bench, servers, bench.Sizes.Warmup);
            for (var i = 0; i < rows.Length; i++) rows[(i + round) % rows.Length].Measure(bench, servers);
        }

        return rows.SelectMany(row => row.Compared());
    }

    /// <summary>One way to say it: on a server that wants it, and beside it one that does not.</summary>
    private sealed class CredentialRow(
        Authentication of,
        string name,
        double least,
        Func<Servers, MeasuredServer> ours,
        Func<Servers, MeasuredServer> theirs,
        string? header)
    {
        private readonly Rounds _perSecond = new($"{of.Name}/{name}", "requests/s", Target.AtLeast(least));
        private readonly Rounds _perCpu = new($"{of.Name}/{name} by CPU", "requests/CPU s", Target.AtLeast(least));

        public void Measure(Workbench bench, Servers servers)
        {
            Load(bench, servers, bench.Sizes.Warmup / 6);
            Rounds.Interleave(
                Turns,
                () => Add(Load(bench, ours(servers), header, bench.Sizes.Round), isOurs: true),
                () => Add(Load(bench, theirs(servers), null, bench.Sizes.Round), isOurs: false));
        }

        /// <summary>Both sides, for their compilers.</summary>
        public void Load(Workbench bench, Servers servers, TimeSpan duration)
        {
            Load(bench, ours(servers), header, duration);
            Load(bench, theirs(servers), null, duration);
        }

        public IEnumerable<Row> Compared() => [_perSecond.Compared(), _perCpu.Compared()];

        private static LoadResult Load(Workbench bench, MeasuredServer server, string? header, TimeSpan duration) =>
            bench.Classify(server, bench.Sizes.FewAgents, connections: 8, streams: 32, duration, header);

        private void Add(LoadResult result, bool isOurs)
        {
            var perCpu = 1e6 / result.CpuMicroseconds;
            if (isOurs)
            {
                _perSecond.AddOurs(result.PerSecond);
                _perCpu.AddOurs(perCpu);
            }
            else
            {
                _perSecond.AddTheirs(result.PerSecond);
                _perCpu.AddTheirs(perCpu);
            }
        }
    }

    /// <summary>A server of each kind, on stores with the same agents.</summary>
    private sealed class Servers(Workbench bench, Credentials credentials) : IDisposable
    {
        private readonly IReadOnlyList<MeasuredServer> _all = MeasuredServer.StartTogether(
            (bench.OtherStore(bench.Sizes.FewAgents, 0), null, []),
            (bench.OtherStore(bench.Sizes.FewAgents, 1), null, credentials.Settings),
            (bench.OtherStore(bench.Sizes.FewAgents, 2), credentials.Trusting(), credentials.TlsSettings),
            (bench.OtherStore(bench.Sizes.FewAgents, 3), credentials.Certificate, credentials.CertificateSettings));

        public MeasuredServer Plain => _all[0];

        public MeasuredServer Known => _all[1];

        public MeasuredServer Tls => _all[2];

        public MeasuredServer Certified => _all[3];

        public void Dispose() => _all[0].Dispose();
    }
}
