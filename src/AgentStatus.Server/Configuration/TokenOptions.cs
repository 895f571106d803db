namespace AgentStatus.Server.Configuration;

/// <summary>Whose JSON Web Tokens are taken, and what is read from them.</summary>
internal sealed class TokenOptions
{
    private const string Companies = "companies";
    private const string Permissions = "permissions";

    /// <summary>Who signs them: its OpenID configuration says with which keys. Null: <see cref="KeysFile"/> has
    /// them.</summary>
    public Uri? Authority { get; private init; }

    /// <summary>A file with the signer's public keys (JWKS). Null: <see cref="Authority"/> has them.</summary>
    public string? KeysFile { get; private init; }

    /// <summary>For whom a token must be.</summary>
    public required string Audience { get; init; }

    /// <summary>Whose a token must be; null: what the authority says, or, with a file of keys, anybody's who has
    /// one.</summary>
    public string? Issuer { get; private init; }

    /// <summary>The claim with the companies.</summary>
    public required string CompaniesClaim { get; init; }

    /// <summary>The claim with the permissions.</summary>
    public required string PermissionsClaim { get; init; }

    /// <summary>Null where no key of the section is set.</summary>
    public static TokenOptions? Read(ConfigurationReader configuration)
    {
        var authority = configuration.Text("Authentication:Jwt:Authority", "an https URL, or http on this machine");
        var keysFile = AuthenticationOptions.Path(configuration, "Authentication:Jwt:KeysFile");
        var audience = configuration.Text("Authentication:Jwt:Audience", "text");
        var issuer = configuration.Text("Authentication:Jwt:Issuer", "text", otherwise: "the authority's");
        var companies = configuration.Text("Authentication:Jwt:CompaniesClaim", "a name", Companies);
        var permissions = configuration.Text("Authentication:Jwt:PermissionsClaim", "a name", Permissions);
        if ((authority ?? keysFile ?? audience ?? issuer ?? companies ?? permissions) is null) return null;
        if (authority is null == keysFile is null)
            configuration.Fault(
                "Authentication:Jwt:Authority or Authentication:Jwt:KeysFile must be set, and not both: keys come from "
                + "one place.");
        if (audience is null or "")
            configuration.Fault("Authentication:Jwt:Audience is missing: tokens for others would be taken.");
        Uri? url = null;
        if (authority is not null && !(Uri.TryCreate(authority, UriKind.Absolute, out url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))))
            configuration.Fault($"Authentication:Jwt:Authority is \"{authority}\"; it must be an https URL.");
        return new()
        {
            Authority = url,
            KeysFile = keysFile,
            Audience = audience ?? "",
            Issuer = issuer,
            CompaniesClaim = companies ?? Companies,
            PermissionsClaim = permissions ?? Permissions,
        };
    }
}
