namespace AgentStatus.Server.Configuration;

/// <summary>Where business hours come from: a file, a service, or (neither) nowhere, and then every company is always
/// open, UTC.</summary>
internal sealed class CompanySettingsOptions
{
    /// <summary>What stands for the company's id in <see cref="Url"/>.</summary>
    private const string CompanyIdPlace = "{company_id}";

    /// <summary>A file, <c>{"companies": {"280197": {...}}}</c>. Empty: none.</summary>
    public string? Path { get; init; }

    /// <summary>Template of an http or https URL that answers one company's JSON. Empty: none.</summary>
    public string? Url { get; init; }

    /// <summary>How old an answer may get before it is asked for again: 1 second, below which the service would carry
    /// the load of reads, to 1 day, within which changed hours are to take effect.</summary>
    public TimeSpan CacheFor { get; init; }

    /// <summary>Whether HTTP 404 for a company that had hours means that it has none any more, and is always open. If
    /// not, the last good version stays in force: a gateway answers so, too.</summary>
    public bool NotFoundMeansOpen { get; init; }

    public bool HasPath => !string.IsNullOrEmpty(Path);

    public bool HasUrl => !string.IsNullOrEmpty(Url);

    /// <summary>Reads everything; adds what is wrong. Opens the file.</summary>
    public static CompanySettingsOptions Read(ConfigurationReader configuration)
    {
        var options = new CompanySettingsOptions
        {
            Path = configuration.Text("CompanySettings:Path", "a file"),
            Url = configuration.Text("CompanySettings:Url", $"an http(s) URL with {CompanyIdPlace}"),
            CacheFor = configuration.Span(
                "CompanySettings:CacheFor", TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            NotFoundMeansOpen = configuration.Flag("CompanySettings:NotFoundMeansOpen", otherwise: false),
        };
        if (options.HasPath && options.HasUrl)
            configuration.Fault(
                "CompanySettings:Path and CompanySettings:Url are both set; settings come from one place.");
        if (options.HasPath && WhyUnreadable(options.Path!) is { } why)
            configuration.Fault($"CompanySettings:Path cannot be read: {why}");
        if (options.HasUrl && !options.Url!.Contains(CompanyIdPlace, StringComparison.Ordinal))
            configuration.Fault($"CompanySettings:Url has no {CompanyIdPlace} in it.");
        else if (options.HasUrl && !(Uri.TryCreate(options.UrlOf(1), UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)))
            configuration.Fault("CompanySettings:Url is not an absolute http or https URL.");
        return options;
    }

    /// <summary>The address of one company's settings.</summary>
    public string UrlOf(long companyId) =>
        Url!.Replace(CompanyIdPlace, FormattableString.Invariant($"{companyId}"), StringComparison.Ordinal);

    private static string? WhyUnreadable(string path)
    {
        try
        {
            using var file = BlockingRead.AtStart(path, () => File.OpenHandle(path));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return e.Message;
        }
    }
}
