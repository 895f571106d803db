namespace AgentStatus.Server.Hosting;

/// <summary>Says when a shared store stops answering and answers again, and when reads fail though it answers; each at
/// most once a minute, with how often it happened meanwhile.</summary>
internal static class OutageLog
{
    public static void Write(ISpool spool, TimeProvider clock, ILogger logger)
    {
        var (outages, failedReads) = (new Repeats(clock), new Repeats(clock));
        var isEndDue = false;
        spool.Degraded += failure =>
        {
            if (outages.Count() is not { } count) return;
            Log.Degraded(logger, count, failure.Message);
            isEndDue = true;
        };

        // In turn with the other: one of them at a time.
        spool.Recovered += away =>
        {
            if (isEndDue) Log.Recovered(logger, away.TotalSeconds, spool.SpooledCount);
            isEndDue = false;
        };
        spool.ReadFailed += failure =>
        {
            if (failedReads.Count() is { } count) Log.ReadsFail(logger, count, failure.Message);
        };
    }
}
