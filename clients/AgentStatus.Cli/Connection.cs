using Microsoft.Extensions.Options;

namespace AgentStatus.Cli;

/// <summary>Which server the commands call.</summary>
internal sealed class Connection
{
    // A person waits longer than a call that is being routed, and a fresh process has to connect first.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A batch of events may find the server busy with others.
    private static readonly TimeSpan TransferPatience = TimeSpan.FromSeconds(30);

    /// <summary>A key on the command line would be seen by everybody on the machine.</summary>
    private const string KeyVariable = "AGENTSTATUS_KEY";

    /// <summary>The option that all commands share; its second name is the former one.</summary>
    public Option<Uri> Address { get; } = new("--address", "--endpoint")
    {
        Description = "The server's address; unix:/path/to/file where it listens on a socket file.",
        HelpName = "url",
        Recursive = true,
        DefaultValueFactory = _ => new AgentStatusClientOptions().Endpoint,
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is
            { Scheme: "http" or "https", PathAndQuery: "/" } or { Scheme: "unix", AbsolutePath.Length: > 1 })
                return uri;
            argument.AddError(
                $"--address: '{text}' is not an http or https address without a path, nor unix:/path/to/file.");
            return null;
        },
    };

    /// <summary>The option with the key that all commands share.</summary>
    public Option<FileInfo> KeyFile { get; } = new("--key-file")
    {
        Description = $"A file with the key to send; without it {KeyVariable} of the environment, if that is set.",
        HelpName = "file",
        Recursive = true,
    };

    /// <summary>TLS, for all commands.</summary>
    public Option<string> Authority { get; } =
        TlsFile("--ca", "The authority (PEM) of the server's certificate; left out: the machine's own.");

    public Option<string> Certificate { get; } =
        TlsFile("--certificate", "A certificate (PEM) to show to the server.");

    public Option<string> CertificateKey { get; } = TlsFile("--key", "The certificate's private key (PEM).");

    /// <summary>A client of the server that the command line names.</summary>
    public AgentStatusClient Open(ParseResult parsed) => Open(new() { ClassifyDeadline = Patience }, parsed);

    /// <summary>The same for what sends and reads much.</summary>
    public AgentStatusClient OpenForTransfer(ParseResult parsed) =>
        Open(new() { RecordDeadline = TransferPatience }, parsed);

    /// <summary>The same for a server's second endpoint.</summary>
    public HttpClient OpenHttp(ParseResult parsed, Uri address)
    {
        var options = Options(new(), parsed);
        options.Endpoint = address;
        if (ClientTls.Fault(options) is { } fault) throw new CommandFailedException(fault);
        var connections = new SocketsHttpHandler { UseProxy = false, SslOptions = ClientTls.Read(options) };
        var client = new HttpClient(connections) { BaseAddress = address, Timeout = Patience };
        if (options.ApiKey is { } key) client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    /// <summary>A client of a server without TLS.</summary>
    public static AgentStatusClient Open(Uri endpoint) =>
        new(new AgentStatusClientOptions { Endpoint = endpoint, ClassifyDeadline = Patience });

    private static Option<string> TlsFile(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "file",
        Recursive = true,
    };

    private AgentStatusClient Open(AgentStatusClientOptions options, ParseResult parsed)
    {
        try
        {
            return new(Options(options, parsed));
        }
        catch (OptionsValidationException faults)
        {
            throw new CommandFailedException(string.Join(' ', faults.Failures));
        }
    }

    private AgentStatusClientOptions Options(AgentStatusClientOptions options, ParseResult parsed)
    {
        options.Endpoint = parsed.GetValue(Address)!;
        options.ApiKey = Key(parsed);
        options.CertificateAuthorityFile = parsed.GetValue(Authority);
        options.CertificateFile = parsed.GetValue(Certificate);
        options.CertificateKeyFile = parsed.GetValue(CertificateKey);
        return options;
    }

    /// <summary>The key to send; null: none.</summary>
    /// <exception cref="CommandFailedException">The file cannot be read, or has no key.</exception>
    private string? Key(ParseResult parsed)
    {
        if (parsed.GetValue(KeyFile) is not { } file)
            return Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } given ? given : null;
        try
        {
            var key = File.ReadAllText(file.FullName).Trim();
            return key.Length > 0 && key.All(c => c is > ' ' and <= '~')
                ? key
                : throw new CommandFailedException($"--key-file: {file} must have one key and nothing else.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"--key-file: {e.Message}");
        }
    }
}
