using System.Net;
using AgentStatus.Server.CompanySettings;

namespace AgentStatus.Server.Hosting;

/// <summary>
/// What can be configured, in appsettings.json, the environment (Storage__Path) or on the command line (--Storage:Path).
/// </summary>
internal sealed class ServerOptions
{
    private static readonly TimeSpan LeastHorizon = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostHorizon = TimeSpan.FromDays(3_650);

    private static readonly string[] KnownKeys =
    [
        "Storage:Kind", "Storage:Path", "Memory:Horizon",
        "CompanySettings:Path", "CompanySettings:Url", "CompanySettings:CacheFor",
    ];

    /// <summary>Where the server listens: http, an IP address or localhost, a port. HTTP/2 without TLS.</summary>
    public Uri Endpoint { get; private set; } = new("http://127.0.0.1:5080");

    /// <summary>The endpoint's address; null: localhost, on IPv4 and IPv6.</summary>
    public IPAddress? Address { get; private set; }

    /// <summary>The store's kind: Sqlite.</summary>
    public string StorageKind { get; private set; } = "Sqlite";

    /// <summary>The directory of the embedded store; relative to where the server is started.</summary>
    public string StoragePath { get; private set; } = "data";

    /// <summary>How far back instants are answered from memory: 1 minute to 3650 days.</summary>
    public TimeSpan Horizon { get; private set; } = TimeSpan.FromDays(62);

    /// <summary>Where business hours come from.</summary>
    public CompanySettingsOptions CompanySettings { get; } = new();

    /// <summary>Reads and checks everything: all faults at once, each naming its key; empty if there is none.</summary>
    public static ServerOptions Read(IConfiguration configuration, out IReadOnlyList<string> faults)
    {
        var options = new ServerOptions();
        var found = new List<string>();
        options.ReadEndpoint(configuration["Endpoint"], found);
        options.StorageKind = configuration["Storage:Kind"] ?? options.StorageKind;
        if (!options.StorageKind.Equals("Sqlite", StringComparison.OrdinalIgnoreCase))
            found.Add($"Storage:Kind is \"{options.StorageKind}\"; known: Sqlite.");
        options.StoragePath = configuration["Storage:Path"] ?? options.StoragePath;
        if (options.StoragePath.Length == 0) found.Add("Storage:Path is empty; it names a directory.");
        options.Horizon = ReadSpan(configuration, "Memory:Horizon", options.Horizon, found);
        if (options.Horizon < LeastHorizon || options.Horizon > MostHorizon)
            found.Add($"Memory:Horizon is {options.Horizon:c}; it must lie between {LeastHorizon:c} and {MostHorizon:c}.");
        options.CompanySettings.Path = configuration["CompanySettings:Path"];
        options.CompanySettings.Url = configuration["CompanySettings:Url"];
        options.CompanySettings.CacheFor =
            ReadSpan(configuration, "CompanySettings:CacheFor", options.CompanySettings.CacheFor, found);
        found.AddRange(options.CompanySettings.FindFaults());
        found.AddRange(FindUnknownKeys(configuration));
        faults = found;
        return options;
    }

    private void ReadEndpoint(string? text, List<string> faults)
    {
        if (text is not null)
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var given) || given.Scheme != Uri.UriSchemeHttp
                || given.PathAndQuery != "/" || given.UserInfo.Length > 0)
            {
                faults.Add($"Endpoint is \"{text}\"; it must look like http://127.0.0.1:5080 (no TLS, no path).");
                return;
            }

            Endpoint = given;
        }

        if (IPAddress.TryParse(Endpoint.DnsSafeHost, out var address)) Address = address;
        else if (!Endpoint.IsLoopback) faults.Add($"Endpoint has the host \"{Endpoint.Host}\"; it must be an IP address or localhost.");
    }

    private static TimeSpan ReadSpan(IConfiguration configuration, string key, TimeSpan otherwise, List<string> faults)
    {
        if (configuration[key] is not { } text) return otherwise;
        if (TimeSpan.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var span)) return span;
        faults.Add($"{key} is \"{text}\"; it must be a time span such as 62.00:00:00 (days.hours:minutes:seconds).");
        return otherwise;
    }

    /// <summary>A misspelt key would silently leave the default in force.</summary>
    private static IEnumerable<string> FindUnknownKeys(IConfiguration configuration) =>
        from section in KnownKeys.Select(key => key.Split(':')[0]).Distinct()
        from child in configuration.GetSection(section).GetChildren()
        where !KnownKeys.Contains(child.Path, StringComparer.OrdinalIgnoreCase)
        select $"{child.Path} is not a key; known: {string.Join(", ", KnownKeys.Where(key => key.StartsWith(section, StringComparison.OrdinalIgnoreCase)))}.";
}
