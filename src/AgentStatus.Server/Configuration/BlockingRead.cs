namespace AgentStatus.Server.Configuration;

/// <summary>Reads that may hang, such as of files, on threads of their own: the pool's answer requests. The end of the
/// process does not wait for them.</summary>
internal static class BlockingRead
{
    public static Task<T> RunAsync<T>(Func<T> read) => Task.Factory.StartNew(
        read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Reads a file that the start waits for. One on a server that is gone is named; else the start would
    /// never end, and not say why.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="IOException">It did not end within <see cref="ServerLimits.FileAtStart"/>.</exception>
    public static T AtStart<T>(string name, Func<T> read)
    {
        try
        {
            return RunAsync(read).WaitAsync(ServerLimits.FileAtStart).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            throw new IOException($"{name} does not open within {ServerLimits.FileAtStart.TotalSeconds} s");
        }
    }
}
