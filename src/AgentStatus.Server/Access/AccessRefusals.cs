namespace AgentStatus.Server.Access;

/// <summary>Counts requests that were refused since their callers did not say who they are, or may not ask; the log
/// says it once a minute.</summary>
internal sealed class AccessRefusals(Instruments instruments, TimeProvider clock, ILogger<AccessRefusals> logger)
{
    private readonly Repeats _said = new(clock);

    /// <summary>Names the last one's address and what it was told; no credentials.</summary>
    public void Count(AccessFault fault, HttpContext context)
    {
        instruments.AccessRefused(fault.Reason);
        if (_said.Count() is { } count)
            Log.AccessRefused(logger, count, Identity.PeerOf(context), fault.Message);
    }
}
