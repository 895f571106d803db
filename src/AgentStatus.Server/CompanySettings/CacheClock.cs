using Microsoft.Extensions.Internal;

namespace AgentStatus.Server.CompanySettings;

/// <summary>The server's time as MemoryCache wants it.</summary>
internal sealed class CacheClock(TimeProvider time) : ISystemClock
{
    public DateTimeOffset UtcNow => time.GetUtcNow();
}
