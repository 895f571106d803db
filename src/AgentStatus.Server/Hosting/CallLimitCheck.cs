using AgentStatus.Server.Configuration;
using AgentStatus.Server.Projections;
using AgentStatus.Server.Recording;

namespace AgentStatus.Server.Hosting;

/// <summary>All servers of a store have the same limits of calls, since the same events have to come to the same
/// timeline. The store keeps them.</summary>
internal sealed class CallLimitCheck(
    IStatusStore store,
    StatusWriter writer,
    OfflinePeriodProjection projection,
    ServerOptions options,
    ILogger<CallLimitCheck> logger)
{
    private bool _isChange;

    /// <summary>Before memory is filled.</summary>
    /// <exception cref="StoreException">The store has other limits, and they are not to be changed.</exception>
    public void Check()
    {
        var ours = options.CallLimits;
        var kept = store.FindCallLimits() ?? store.KeepCallLimits(ours, replace: false);
        _isChange = kept != ours;
        if (!_isChange || options.ChangeCallLimits) return;
        throw new StoreException(
            $"The store's timelines have calls of at most {Text(kept)}, "
            + $"and this server is configured for {Text(ours)}. Configure the same, or stop all servers "
            + "and start one with Timeline:ChangeLimits=true.");
    }

    /// <summary>Makes the projection anew where the limits are changed, and keeps them then: a server that ends in
    /// between begins again.</summary>
    public async Task ChangeAsync(CancellationToken stopping)
    {
        if (!_isChange) return;
        await projection.Rebuild(companyId: null).Done.WaitAsync(stopping);
        await writer.RunAsync(() => store.KeepCallLimits(options.CallLimits, replace: true), stopping);
        Log.CallLimitsChanged(logger, Text(options.CallLimits));
    }

    private static string Text(CallLimits limits) =>
        $"{TimeSpan.FromMilliseconds(limits.OnCallMs):c} (Timeline:OnCallLimit) and "
        + $"{TimeSpan.FromMilliseconds(limits.WrapUpMs):c} (Timeline:WrapUpLimit)";
}
