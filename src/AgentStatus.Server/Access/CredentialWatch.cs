using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Access;

/// <summary>Looks whether credentials have changed or ended, every
/// <see cref="ServerLimits.CredentialCheckInterval"/>.</summary>
internal sealed class CredentialWatch(Authenticator authenticator, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!authenticator.IsOn) return;
        using var timer = new PeriodicTimer(ServerLimits.CredentialCheckInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // A file can hang as long as it likes.
            await BlockingRead.RunAsync(() =>
            {
                foreach (var file in authenticator.Files) file.Look();
                return 0;
            }).WaitAsync(stoppingToken);
            await authenticator.ForgetAsync();
        }
    }
}
