namespace AgentStatus.Server.Configuration;

/// <summary>How callers say who they are. Where nothing is set, authentication is off, and everybody may do
/// all.</summary>
internal sealed class AuthenticationOptions
{
    /// <summary>A file with the API keys' hashes and what each may do. Null: no keys.</summary>
    public string? KeysFile { get; private init; }

    /// <summary>A file with the names of client certificates and what each may do. Null: none.</summary>
    public string? Certificates { get; private init; }

    /// <summary>Whose tokens are taken. Null: nobody's.</summary>
    public TokenOptions? Tokens { get; private init; }

    /// <summary>Whether a caller must say who it is.</summary>
    public bool IsOn => KeysFile is not null || Certificates is not null || Tokens is not null;

    /// <summary>Reads everything. The files are read where what is in them is checked.</summary>
    public static AuthenticationOptions Read(ConfigurationReader configuration) => new()
    {
        KeysFile = Path(configuration, "Authentication:KeysFile"),
        Certificates = Path(configuration, "Authentication:Certificates"),
        Tokens = TokenOptions.Read(configuration),
    };

    /// <summary>A file's path; null where it is not given.</summary>
    public static string? Path(ConfigurationReader configuration, string key)
    {
        var path = configuration.Text(key, "a file");
        if (path is { Length: 0 }) configuration.Fault($"{key} is empty; it names a file.");
        return path;
    }
}
