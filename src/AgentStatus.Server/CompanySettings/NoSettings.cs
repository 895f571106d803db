using AgentStatus.Server.Memory;

namespace AgentStatus.Server.CompanySettings;

/// <summary>No source is configured: a company of which nothing is known is always open, UTC. That becomes a version
/// like any other, so that reports made without settings stay as they were when settings come. A version that is known
/// stays in force.</summary>
internal sealed class NoSettings(CompanyHours hours) : ISettingsSource
{
    public Task<SettingsAnswer?> FetchAsync(long companyId, string? tag, CancellationToken cancellation) =>
        Task.FromResult(hours.Find(companyId) is null ? new SettingsAnswer(BusinessHours.AlwaysOpen, null, []) : null);
}
