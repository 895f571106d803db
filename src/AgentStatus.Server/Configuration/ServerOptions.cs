using System.Net;

namespace AgentStatus.Server.Configuration;

/// <summary>
/// What can be configured, in appsettings.json, the environment (Storage__Path) or on the command line
/// (--Storage:Path).
/// </summary>
internal sealed class ServerOptions
{
    private static readonly TimeSpan LeastHorizon = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostHorizon = TimeSpan.FromDays(3_650);

    private static readonly string[] KnownKeys =
    [
        .. StorageOptions.Keys, "Memory:Horizon",
        "CompanySettings:Path", "CompanySettings:Url", "CompanySettings:CacheFor",
        "Limits:Connections", "Reflection",
    ];

    /// <summary>Where the server listens: http, an IP address or localhost, a port. HTTP/2 without TLS.</summary>
    public Uri Endpoint { get; private set; } = new("http://127.0.0.1:5080");

    /// <summary>The endpoint's address; null: localhost, on IPv4 and IPv6.</summary>
    public IPAddress? Address { get; private set; }

    /// <summary>The store.</summary>
    public StorageOptions Storage { get; private set; } = new();

    /// <summary>How far back instants are answered from memory: 1 minute to 3650 days.</summary>
    public TimeSpan Horizon { get; private set; } = TimeSpan.FromDays(62);

    /// <summary>Where business hours come from.</summary>
    public CompanySettingsOptions CompanySettings { get; } = new();

    /// <summary>
    /// Connections of clients at a time: 1 to what the file descriptors allow. By default all of these, up to
    /// <see cref="Core.Limits.Connections"/>.
    /// </summary>
    public int Connections { get; private set; } = Core.Limits.Connections;

    /// <summary>Whether clients may ask for the contract, as grpcurl does.</summary>
    public bool Reflection { get; private set; } = true;

    /// <summary>Reads and checks everything: all faults at once, each naming its key; empty if there is none.</summary>
    public static ServerOptions Read(IConfiguration configuration, out IReadOnlyList<string> faults)
    {
        var options = new ServerOptions();
        var reader = new ConfigurationReader(configuration);
        options.ReadEndpoint(reader);
        options.Storage = StorageOptions.Read(reader);
        options.Horizon = reader.Span("Memory:Horizon", options.Horizon, LeastHorizon, MostHorizon);
        options.CompanySettings.Path = reader.Text("CompanySettings:Path");
        options.CompanySettings.Url = reader.Text("CompanySettings:Url");
        options.CompanySettings.CacheFor = reader.Span(
            "CompanySettings:CacheFor", options.CompanySettings.CacheFor, TimeSpan.MinValue, TimeSpan.MaxValue);
        foreach (var fault in options.CompanySettings.FindFaults()) reader.Fault(fault);
        options.ReadConnections(reader, FileDescriptors.Most());
        options.Reflection = reader.Flag("Reflection", options.Reflection);

        // Kestrel reads its own section, and would listen there besides, without our limits.
        reader.RefuseSection("Kestrel", "Endpoint");
        reader.RefuseUnknown(KnownKeys);
        faults = reader.Faults;
        return options;
    }

    private void ReadConnections(ConfigurationReader configuration, int? descriptors)
    {
        var most = descriptors - Core.Limits.ReservedDescriptors ?? int.MaxValue;
        Connections = Math.Min(Connections, most);
        Connections = (int)configuration.Number("Limits:Connections", Connections, 1, int.MaxValue);
        if (Connections > most || most < 1)
            configuration.Fault(
                $"Limits:Connections is {Connections}, but this process may have {descriptors} files and connections open, and "
                + $"keeps {Core.Limits.ReservedDescriptors} for itself: raise that limit (ulimit -n, LimitNOFILE) or lower this.");
    }

    private void ReadEndpoint(ConfigurationReader configuration)
    {
        if (configuration.Text("Endpoint") is { } text)
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var given) || given.Scheme != Uri.UriSchemeHttp
                || given.PathAndQuery != "/" || given.UserInfo.Length > 0)
            {
                configuration.Fault($"Endpoint is \"{text}\"; it must look like http://127.0.0.1:5080 (no TLS, no path).");
                return;
            }

            Endpoint = given;
        }

        if (IPAddress.TryParse(Endpoint.DnsSafeHost, out var address)) Address = address;
        else if (!Endpoint.IsLoopback)
            configuration.Fault($"Endpoint has the host \"{Endpoint.Host}\"; it must be an IP address or localhost.");
    }
}
