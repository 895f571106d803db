using System.Net;

namespace AgentStatus.Server.Configuration;

/// <summary>How the log is written. Named as in the configuration.</summary>
internal enum LogForm
{
    Text,
    Json,
}

/// <summary>What can be configured, in appsettings.json, the environment (Storage__Path) or on the command line
/// (--Storage:Path).</summary>
internal sealed class ServerOptions
{
    /// <summary>The key of the log's format.</summary>
    public const string LogFormat = "Logging:Format";

    private const string EndpointForm = "http(s)://IP address or localhost:port";

    /// <summary>Where the server listens: http or https, an IP address or localhost, a port; or unix and a file.
    /// HTTP/2.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The endpoint's address; null: localhost, on IPv4 and IPv6.</summary>
    public IPAddress? Address { get; private init; }

    /// <summary>The endpoint's socket file; null: it has a port.</summary>
    public UnixSocket? Socket { get; private init; }

    /// <summary>Where JSON and the page are served: http or https, an IP address or localhost, a port. HTTP/1.1. Null:
    /// nowhere.</summary>
    public Uri? Http { get; private init; }

    /// <summary>Its address; null: localhost, on IPv4 and IPv6.</summary>
    public IPAddress? HttpAddress { get; private init; }

    /// <summary>Whether both have one address, where TLS tells by ALPN what a client speaks.</summary>
    public bool IsShared => Http == Endpoint && IsHttps(Endpoint) && Endpoint.Port != 0;

    /// <summary>TLS of those that are https; null: none is.</summary>
    public TlsOptions? Tls { get; private init; }

    /// <summary>The endpoints that stand open to other machines, a sentence each: none, unless
    /// Security:AllowInsecure lets them.</summary>
    public IReadOnlyList<string> Open { get; private set; } = [];

    /// <summary>Names by which browsers may ask for it, beside its address and this machine's own names.</summary>
    public IReadOnlyList<string> HttpHosts { get; private init; } = [];

    /// <summary>How callers say who they are.</summary>
    public required AuthenticationOptions Authentication { get; init; }

    /// <summary>The store.</summary>
    public required StorageOptions Storage { get; init; }

    /// <summary>The companies that the server loads, follows and answers for.</summary>
    public CompanyPartition Companies { get; private init; } = CompanyPartition.Whole;

    /// <summary>How far back instants are answered from memory: 1 minute to 3650 days.</summary>
    public TimeSpan Horizon { get; private init; }

    /// <summary>How long calls last at the most: the same for all servers of a store. ON_CALL 1 hour to 7 days, WRAP_UP
    /// 1 minute to 24 hours.</summary>
    public required CallLimits CallLimits { get; init; }

    /// <summary>Whether these limits take the place of others that the store has.</summary>
    public bool ChangeCallLimits { get; private init; }

    /// <summary>Where business hours come from.</summary>
    public required CompanySettingsOptions CompanySettings { get; init; }

    /// <summary>How long data is kept.</summary>
    public required RetentionOptions Retention { get; init; }

    /// <summary>Where metrics go.</summary>
    public required TelemetryOptions Telemetry { get; init; }

    /// <summary>Connections of clients at a time: 1 to what the file descriptors allow. By default all of these, up to
    /// <see cref="ServerLimits.Connections"/>.</summary>
    public int Connections { get; private init; }

    /// <summary>Those of one address: 1 to <see cref="Connections"/>; by default half of them.</summary>
    public int ConnectionsOfAddress { get; private init; }

    /// <summary>New agents that an address may bring a second: 1 to 1,000,000.</summary>
    public int NewAgentsPerSecond { get; private init; }

    /// <summary>New companies that an address may bring a second: 1 to 1,000,000.</summary>
    public int NewCompaniesPerSecond { get; private init; }

    /// <summary>Whether clients may ask for the contract, as grpcurl does.</summary>
    public bool Reflection { get; private init; }

    /// <summary>Whether the log is JSON; else text.</summary>
    public bool IsLogJson { get; private init; }

    /// <summary>Reads and checks everything: all faults at once, each naming its key; empty if there is none.</summary>
    public static ServerOptions Read(IConfiguration configuration, out IReadOnlyList<string> faults)
    {
        var reader = new ConfigurationReader(configuration);
        var options = Read(reader);
        faults = reader.Faults;
        return options;
    }

    /// <summary>The same, by a reader that then knows all faults and all settings.</summary>
    public static ServerOptions Read(ConfigurationReader reader)
    {
        var endpoint = ReadEndpoint(reader, out var address);
        var http = ReadHttp(reader, out var httpAddress);
        var authentication = AuthenticationOptions.Read(reader);
        var options = new ServerOptions
        {
            Endpoint = endpoint,
            Address = address,
            Socket = UnixSocket.Read(reader, "Endpoint", endpoint),
            Http = http,
            HttpAddress = httpAddress,
            Tls = TlsOptions.Read(
                reader,
                isNeeded: IsHttps(endpoint) || (http is not null && IsHttps(http)),
                knowsClients: authentication.Certificates is not null,
                TimeProvider.System.GetUtcNow()),
            HttpHosts = ReadHosts(reader),
            Authentication = authentication,
            Storage = StorageOptions.Read(reader),
            Companies = ReadCompanies(reader),
            Horizon = reader.Span(
                "Memory:Horizon", TimeSpan.FromDays(62), TimeSpan.FromMinutes(1), TimeSpan.FromDays(3_650)),
            CallLimits = new(
                (long)reader.Span(
                    "Timeline:OnCallLimit", TimeSpan.FromMilliseconds(Core.Limits.OnCallMs), TimeSpan.FromHours(1),
                    TimeSpan.FromDays(7)).TotalMilliseconds,
                (long)reader.Span(
                    "Timeline:WrapUpLimit", TimeSpan.FromMilliseconds(Core.Limits.WrapUpMs), TimeSpan.FromMinutes(1),
                    TimeSpan.FromHours(24)).TotalMilliseconds),
            ChangeCallLimits = reader.Flag("Timeline:ChangeLimits", otherwise: false),
            CompanySettings = CompanySettingsOptions.Read(reader),
            Retention = RetentionOptions.Read(reader),
            Telemetry = TelemetryOptions.Read(reader),
            Connections = ReadConnections(reader, FileDescriptors.Most(), out var ofAddress),
            ConnectionsOfAddress = ofAddress,
            NewAgentsPerSecond = (int)reader.Number(
                "Limits:NewAgentsPerSecond", ServerLimits.NewAgentsPerSecond, 1, 1_000_000),
            NewCompaniesPerSecond = (int)reader.Number(
                "Limits:NewCompaniesPerSecond", ServerLimits.NewCompaniesPerSecond, 1, 1_000_000),
            Reflection = reader.Flag("Reflection", otherwise: true),
            IsLogJson = reader.Word(LogFormat, LogForm.Text) == LogForm.Json,
        };

        CheckExposure(reader, options);

        // Kestrel reads its own section, and would listen there besides, without our limits.
        reader.RefuseUnknown("Kestrel");
        return options;
    }

    /// <summary>Connections for which there is memory, up to the limit.</summary>
    public static int DefaultConnections => (int)Math.Min(
        ServerLimits.Connections, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ServerLimits.ConnectionBytes);

    private static void CheckExposure(ConfigurationReader configuration, ServerOptions options)
    {
        if (options.Http is { Port: not 0 } http && http.Authority == options.Endpoint.Authority && !options.IsShared)
            configuration.Fault("Http is the address of Endpoint; that needs TLS (https), else another port.");
        var open = Exposure.Of(options, options.Authentication.IsOn).ToList();
        if (configuration.Flag("Security:AllowInsecure", otherwise: false))
            options.Open = open.ConvertAll(one => one.Sentence);
        else
            foreach (var (sentence, remedy) in open)
                configuration.Fault(
                    $"{sentence} {remedy} Security:AllowInsecure=true lets everybody who reaches it ask and record.");
    }

    private static CompanyPartition ReadCompanies(ConfigurationReader configuration)
    {
        const string Key = "Companies:Partition";
        var whole = CompanyPartition.Whole;
        var text = configuration.Text(Key, CompanyPartition.Form, $"{whole}") ?? $"{whole}";
        if (CompanyPartition.TryParse(text, out var companies)) return companies;
        configuration.Fault($"{Key} is \"{text}\"; it must be {CompanyPartition.Form}.");
        return whole;
    }

    private static bool IsHttps(Uri endpoint) => endpoint.Scheme == Uri.UriSchemeHttps;

    private static int ReadConnections(ConfigurationReader configuration, int? descriptors, out int ofAddress)
    {
        var most = descriptors - ServerLimits.ReservedDescriptors ?? int.MaxValue;
        var connections = (int)configuration.Number(
            new Setting(
                "Limits:Connections", $"{ServerLimits.Connections}, or what there is memory for",
                $"1 to the file descriptors less {ServerLimits.ReservedDescriptors}"),
            Math.Min(DefaultConnections, most), 1, int.MaxValue);
        if (connections > most || most < 1)
            configuration.Fault(
                $"Limits:Connections is {connections}, but this process may have {descriptors} files and connections "
                + $"open, and keeps {ServerLimits.ReservedDescriptors} for itself: raise that limit (ulimit -n, "
                + "LimitNOFILE) or lower this.");
        ofAddress = (int)configuration.Number(
            new Setting("Limits:ConnectionsOfAddress", "half of them", "1 to Limits:Connections"),
            Math.Max(1, connections / 2), 1, Math.Max(1, connections));
        return connections;
    }

    private static Uri? ReadHttp(ConfigurationReader configuration, out IPAddress? address)
    {
        const string Key = "Http";
        const string Otherwise = "http://127.0.0.1:5081";
        var text = configuration.Text(Key, $"{EndpointForm}, or off", Otherwise) ?? Otherwise;
        if (!text.Equals("off", StringComparison.OrdinalIgnoreCase))
            return CheckAddress(
                configuration, Key, text, $"{Otherwise} (no path; https with Tls:*), or be \"off\"", out address);
        address = null;
        return null;
    }

    private static string[] ReadHosts(ConfigurationReader configuration)
    {
        const string Key = "HttpHosts";
        const StringSplitOptions Plain = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var hosts = configuration.Text(Key, "names, with commas between them")?.Split(',', Plain) ?? [];
        foreach (var host in hosts)
        {
            if (Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) == default)
                configuration.Fault($"{Key} has \"{host}\"; it must be names of hosts, with commas between them.");
        }

        return hosts;
    }

    private static Uri ReadEndpoint(ConfigurationReader configuration, out IPAddress? address)
    {
        const string Key = "Endpoint";
        const string Otherwise = "http://127.0.0.1:5080";
        var text = configuration.Text(Key, $"{EndpointForm}, or unix:/path/to/file", Otherwise) ?? Otherwise;
        address = null;
        return Uri.TryCreate(text, UriKind.Absolute, out var file) && file.Scheme == UnixSocket.Scheme
            ? file
            : CheckAddress(
                configuration, Key, text, $"{Otherwise} (no path; https with Tls:*), or unix:/path/to/file",
                out address);
    }

    private static Uri CheckAddress(
        ConfigurationReader configuration, string key, string text, string form, out IPAddress? address)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
            || (endpoint.Scheme != Uri.UriSchemeHttp && !IsHttps(endpoint))
            || endpoint.PathAndQuery != "/" || endpoint.UserInfo.Length > 0)
        {
            configuration.Fault($"{key} is \"{text}\"; it must look like {form}.");
            address = null;
            return new Uri("http://localhost"); // Not listened on: the server does not start.
        }

        if (!IPAddress.TryParse(endpoint.DnsSafeHost, out address) && !endpoint.IsLoopback)
            configuration.Fault($"{key} has the host \"{endpoint.Host}\"; it must be an IP address or localhost.");
        return endpoint;
    }
}
