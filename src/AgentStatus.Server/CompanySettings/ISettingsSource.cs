namespace AgentStatus.Server.CompanySettings;

/// <summary>Where companies' business hours come from. Safe on any thread.</summary>
internal interface ISettingsSource
{
    /// <summary>Asks for one company's hours. Null: they are those of <paramref name="tag"/>, which the last answer had
    /// that was taken over (null: there is none).</summary>
    /// <exception cref="IOException">The source fails; so do <see cref="HttpRequestException"/> and
    /// <see cref="UnauthorizedAccessException"/> say.</exception>
    Task<SettingsAnswer?> FetchAsync(long companyId, string? tag, CancellationToken cancellation);
}

/// <summary>What a source says about one company.</summary>
/// <param name="Hours">Maybe the same as before; null: they were refused.</param>
/// <param name="Tag">Stands for this content in the next question; null if the source gave none.</param>
/// <param name="Faults">Why they were refused, unless the source has logged it.</param>
/// <param name="IsNotFound">The source does not know the company, or somebody before it answers so.</param>
internal sealed record SettingsAnswer(
    BusinessHours? Hours, string? Tag, IReadOnlyList<HoursFault> Faults, bool IsNotFound = false);
