using AgentStatus.Core;

namespace AgentStatus.Server.Configuration;

/// <summary>
/// Where business hours come from: a file, a service, or (neither) nowhere, and then every company is always open, UTC.
/// </summary>
internal sealed class CompanySettingsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "CompanySettings";

    /// <summary>What stands for the company's id in <see cref="Url"/>.</summary>
    public const string CompanyIdPlace = "{company_id}";

    /// <summary>A file, <c>{"companies": {"280197": {...}}}</c>. Empty: none.</summary>
    public string? Path { get; set; }

    /// <summary>Template of an http or https URL that answers one company's JSON. Empty: none.</summary>
    public string? Url { get; set; }

    /// <summary>How old an answer may get before it is asked for again: 1 second to 1 day.</summary>
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromMinutes(5);

    public bool HasPath => !string.IsNullOrEmpty(Path);

    public bool HasUrl => !string.IsNullOrEmpty(Url);

    /// <summary>
    /// All that is wrong, one sentence each, beginning with the key; empty if nothing is. Opens the file.
    /// </summary>
    public IReadOnlyList<string> FindFaults()
    {
        string?[] faults =
        [
            HasPath && HasUrl ? $"{Section}:Path and {Section}:Url are both set; settings come from one place." : null,
            HasPath ? FindPathFault(Path!) : null,
            HasUrl ? FindUrlFault(Url!) : null,
            FindCacheForFault(),
        ];
        return [.. faults.OfType<string>()];
    }

    private static string? FindPathFault(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"{Section}:Path cannot be read: {e.Message}";
        }
    }

    private static string? FindUrlFault(string template)
    {
        if (!template.Contains(CompanyIdPlace, StringComparison.Ordinal))
            return $"{Section}:Url has no {CompanyIdPlace} in it.";
        var isUrl = Uri.TryCreate(UrlOf(template, 1), UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);
        return isUrl ? null : $"{Section}:Url is not an absolute http or https URL.";
    }

    private string? FindCacheForFault()
    {
        var least = TimeSpan.FromMilliseconds(Limits.SettingsCacheForLeastMs);
        var most = TimeSpan.FromMilliseconds(Limits.SettingsCacheForMostMs);
        return CacheFor >= least && CacheFor <= most
            ? null
            : $"{Section}:CacheFor is {CacheFor:c}; it must lie between {least:c} and {most:c}.";
    }

    /// <summary>The address of one company's settings.</summary>
    public static string UrlOf(string template, long companyId) =>
        template.Replace(CompanyIdPlace, FormattableString.Invariant($"{companyId}"), StringComparison.Ordinal);
}
