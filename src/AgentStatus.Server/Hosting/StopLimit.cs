namespace AgentStatus.Server.Hosting;

/// <summary>Ends the process where its stop takes too long: whatever hangs, such as a disk or a lack of memory, it is
/// gone within 10 s of SIGTERM. On a thread that is there from the start.</summary>
internal static class StopLimit
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <param name="limit">From the beginning of the stop.</param>
    /// <param name="end">Ends the process.</param>
    public static void Watch(IHostApplicationLifetime lifetime, TimeSpan limit, Action end)
    {
        var thread = new Thread(() =>
        {
            lifetime.ApplicationStopping.WaitHandle.WaitOne();
            var started = TimeProvider.System.GetTimestamp();
            using var never = new ManualResetEventSlim();

            // A wait can end early where the machine's clock is set: the time that passed counts.
            do never.Wait(Look);
            while (TimeProvider.System.GetElapsedTime(started) < limit);
            end();
        })
        {
            Name = "stop-limit",
            IsBackground = true,
        };
        thread.Start();
    }
}
