namespace AgentStatus.Core.Hours;

/// <summary>An immutable copy of a company's business hours, in force until the next version.</summary>
/// <param name="InForceFromMs">Since when: milliseconds since the Unix epoch, UTC.</param>
public sealed record HoursVersion(long CompanyId, long InForceFromMs, BusinessHours Hours);
