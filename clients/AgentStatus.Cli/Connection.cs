namespace AgentStatus.Cli;

/// <summary>Which server the commands call.</summary>
internal sealed class Connection
{
    // A person waits longer than a call that is being routed, and a fresh process has to connect first.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A batch of events may find the server busy with others.
    private static readonly TimeSpan TransferPatience = TimeSpan.FromSeconds(30);

    /// <summary>The option that all commands share; its second name is the former one.</summary>
    public Option<Uri> Address { get; } = new("--address", "--endpoint")
    {
        Description = "The server's address.",
        HelpName = "url",
        Recursive = true,
        DefaultValueFactory = _ => new AgentStatusClientOptions().Endpoint,
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is
                { Scheme: "http" or "https", PathAndQuery: "/" })
                return uri;
            argument.AddError($"--address: '{text}' is not an http or https address without a path.");
            return null;
        },
    };

    /// <summary>A client of the server that the command line names.</summary>
    public AgentStatusClient Open(ParseResult parsed) => Open(parsed.GetValue(Address)!);

    /// <summary>The same for what sends and reads much.</summary>
    public AgentStatusClient OpenForTransfer(ParseResult parsed) => new(new AgentStatusClientOptions
    {
        Endpoint = parsed.GetValue(Address)!,
        RecordDeadline = TransferPatience,
    });

    /// <summary>A client of a server.</summary>
    public static AgentStatusClient Open(Uri endpoint) =>
        new(new AgentStatusClientOptions { Endpoint = endpoint, ClassifyDeadline = Patience });
}
