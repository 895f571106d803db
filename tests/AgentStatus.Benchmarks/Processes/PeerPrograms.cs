namespace AgentStatus.Benchmarks.Processes;

/// <summary>Finds the peers' programs where Debian puts them.</summary>
internal static class PeerPrograms
{
    /// <summary>A program of the newest PostgreSQL.</summary>
    /// <exception cref="MissingPeerException">It is not installed.</exception>
    public static string Postgres(string program)
    {
        const string Versions = "/usr/lib/postgresql";
        var found = Directory.Exists(Versions)
            ? Directory.GetDirectories(Versions)
                .Select(version => Path.Combine(version, "bin", program))
                .Where(File.Exists)
                .MaxBy(path => path, StringComparer.Ordinal)
            : null;
        return found ?? throw new MissingPeerException("PostgreSQL", "apt-get install postgresql");
    }

    /// <exception cref="MissingPeerException">It is not installed.</exception>
    public static string Redis(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists)
        ?? throw new MissingPeerException("Redis", "apt-get install redis-server redis-tools");
}
