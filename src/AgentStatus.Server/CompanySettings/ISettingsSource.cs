using System.Globalization;

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
/// <param name="Faults">Why they were refused; where there are hours, the faults of agents' entries.</param>
/// <param name="IsNotFound">The source does not know the company, or somebody before it answers so.</param>
/// <param name="IsLogged">The source has logged the faults.</param>
internal sealed record SettingsAnswer(
    BusinessHours? Hours, string? Tag, IReadOnlyList<HoursFault> Faults, bool IsNotFound = false,
    bool IsLogged = false)
{
    /// <summary>What becomes of the fault, for the log.</summary>
    /// <param name="fault">Of a company, or of the whole document.</param>
    /// <param name="isRefused">Whether it refuses all hours of the company, and not just an agent's.</param>
    /// <param name="inForce">The company's versions that are known.</param>
    public static string ConsequenceOf(HoursFault fault, bool isRefused, HoursHistory? inForce)
    {
        if (fault.CompanyId == 0) return "the last good versions stay in force";
        if (!isRefused) return "that agent has no figures in breakdowns, the other hours are in force";
        if (inForce is null) return "no older version is stored: breakdowns that need hours are refused";
        var since = DateTimeOffset.FromUnixTimeMilliseconds(inForce.Latest.InForceFromMs);
        return string.Create(CultureInfo.InvariantCulture, $"the version in force since {since:O} stays in force");
    }
}
