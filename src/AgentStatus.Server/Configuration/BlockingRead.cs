namespace AgentStatus.Server.Configuration;

/// <summary>Reads that may hang, such as of files, on threads of their own: the pool's answer requests. The end of the
/// process does not wait for them.</summary>
internal static class BlockingRead
{
    public static Task<T> RunAsync<T>(Func<T> read) => Task.Factory.StartNew(
        read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
