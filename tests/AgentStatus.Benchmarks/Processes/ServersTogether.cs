using AgentStatus.Server.Hosting;

namespace AgentStatus.Benchmarks.Processes;

/// <summary>Several of our servers in one process: two processes of the same program differ by a tenth, and what a key
/// costs is a fiftieth.</summary>
internal static class ServersTogether
{
    /// <summary>The verb that runs them, for <see cref="MeasuredServer"/>.</summary>
    public const string Verb = "serve-together";

    private const string Next = "--";

    /// <summary>The verb's arguments.</summary>
    /// <param name="servers">The arguments of each server.</param>
    public static IEnumerable<string> Arguments(IEnumerable<string[]> servers) =>
        servers.SelectMany(one => one.Append(Next)).Prepend(Verb);

    /// <summary>Runs them until the process is told to stop.</summary>
    public static int Run(string[] args)
    {
        var main = typeof(ServerHost).Assembly.EntryPoint!;
        var threads = new List<Thread>();
        for (int start = 0, end; (end = Array.IndexOf(args, Next, start)) >= 0; start = end + 1)
        {
            var own = args[start..end];
            threads.Add(new(() => main.Invoke(null, [own])));
        }

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return 0;
    }
}
