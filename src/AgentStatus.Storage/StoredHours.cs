namespace AgentStatus.Storage;

/// <summary>An hours version as stored.</summary>
/// <param name="CompanyId">The company.</param>
/// <param name="Number">
/// Which of the company's versions: 1, 2, 3 and so on. A later one is in force from later on.
/// </param>
/// <param name="InForceFromMs">Since when it is in force.</param>
/// <param name="Json">The content, canonical JSON (docs/rules.md, Business hours).</param>
public readonly record struct StoredHours(long CompanyId, int Number, long InForceFromMs, string Json);
