namespace AgentStatus.Core.Hours;

/// <summary>An immutable copy of a company's business hours, in force from an instant until the next version's.</summary>
/// <param name="CompanyId">Whose hours.</param>
/// <param name="InForceFromMs">Milliseconds since the Unix epoch, UTC.</param>
/// <param name="Hours">The content.</param>
public sealed record HoursVersion(long CompanyId, long InForceFromMs, BusinessHours Hours);
