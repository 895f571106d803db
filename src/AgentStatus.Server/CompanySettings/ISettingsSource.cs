using AgentStatus.Core.Hours;

namespace AgentStatus.Server.CompanySettings;

/// <summary>Where companies' business hours come from. Safe on any thread.</summary>
internal interface ISettingsSource
{
    /// <summary>Asks for one company's hours.</summary>
    /// <param name="companyId">Whose.</param>
    /// <param name="tag">Of the last answer that was taken over; null if there is none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="IOException">The source fails; so do <see cref="HttpRequestException"/> and
    /// <see cref="UnauthorizedAccessException"/> say.</exception>
    Task<SettingsAnswer> FetchAsync(long companyId, string? tag, CancellationToken cancellation);
}

/// <summary>What a source says about one company.</summary>
internal abstract record SettingsAnswer
{
    private SettingsAnswer()
    {
    }

    /// <summary>The content is the one of the tag.</summary>
    public sealed record Unchanged : SettingsAnswer;

    /// <summary>The content, maybe the same as before.</summary>
    /// <param name="Hours">The hours.</param>
    /// <param name="Tag">Stands for this content in the next question; null if the source gave none.</param>
    public sealed record Fetched(BusinessHours Hours, string? Tag) : SettingsAnswer;

    /// <summary>The content was refused.</summary>
    /// <param name="Faults">The reasons that are yet to be logged: empty if the source has logged them.</param>
    public sealed record Refused(IReadOnlyList<HoursFault> Faults) : SettingsAnswer;
}
