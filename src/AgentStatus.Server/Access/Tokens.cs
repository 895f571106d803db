using System.Text;
using AgentStatus.Server.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AgentStatus.Server.Access;

/// <summary>Verifies JSON Web Tokens. Any thread.</summary>
internal sealed class Tokens
{
    /// <summary>Signatures by who has a private key: neither none at all, nor shared secrets, for which a public key
    /// could be taken.</summary>
    private static readonly string[] Algorithms =
    [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
    ];

    private readonly JsonWebTokenHandler _handler = new()
    {
        MaximumTokenSizeInBytes = ServerLimits.CredentialCharacters,
    };

    private readonly TokenOptions _options;
    private readonly TimeProvider _clock;
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? _authority;
    private volatile TokenValidationParameters _rules;
    private volatile OpenIdConnectConfiguration? _current;

    public Tokens(TokenOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        if (options.Authority is { } authority)
            _authority = new(
                $"{authority}".TrimEnd('/') + "/.well-known/openid-configuration",
                new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever { RequireHttps = !authority.IsLoopback })
            {
                AutomaticRefreshInterval = ServerLimits.AuthorityRefresh,
                RefreshInterval = ServerLimits.AuthorityRetry,
            };
        _rules = RulesWith([]);
    }

    /// <summary>Another one where the keys have changed: tokens that were verified before may not be valid any
    /// more.</summary>
    public object Keys => (object?)_current ?? _rules;

    /// <summary>Puts a file's keys in force, or says what is wrong with it.</summary>
    public IReadOnlyList<string> Take(ReadOnlyMemory<byte> content)
    {
        try
        {
            var keys = JsonWebKeySet.Create(Encoding.UTF8.GetString(content.Span)).GetSigningKeys();
            if (keys.Count == 0 || keys.Any(key => key is SymmetricSecurityKey))
                return ["must be a JSON Web Key Set of public keys."];
            _rules = RulesWith(keys);
            return [];
        }
        catch (Exception failure) when (failure is ArgumentException or System.Text.Json.JsonException)
        {
            return ["is no JSON Web Key Set."];
        }
    }

    /// <summary>Fetches the authority's keys where they are due.</summary>
    public async Task RefreshAsync()
    {
        if (_authority is null) return;
        try
        {
            _current = await _authority.GetConfigurationAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException)
        {
            // Whoever comes with a token is told so.
        }
    }

    /// <summary>The token's bearer, or why it is refused.</summary>
    public async ValueTask<(Identity? Identity, AccessFault? Fault)> VerifyAsync(string token)
    {
        if (_authority is not null && _current is null)
        {
            await RefreshAsync();
            if (_current is null) return (null, AccessFault.NoAuthority);
        }

        var result = await _handler.ValidateTokenAsync(token, _rules);
        if (!result.IsValid) return (null, AccessFault.WrongToken(WhyWrong(result.Exception)));
        var jwt = (JsonWebToken)result.SecurityToken;
        var endsAtMs = new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero).ToUnixTimeMilliseconds()
            + (long)ServerLimits.TokenClockSkew.TotalMilliseconds;
        return (TokenClaims.Read(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload), _options, endsAtMs), null);
    }

    private static string WhyWrong(Exception failure) => failure switch
    {
        SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNoExpirationException =>
            "it is not valid now",
        SecurityTokenInvalidAudienceException => "it is for another audience",
        SecurityTokenInvalidIssuerException => "it is another issuer's",
        SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException
            or SecurityTokenInvalidAlgorithmException => "it is not signed with a key that is known",
        _ => "it is no signed token",
    };

    private TokenValidationParameters RulesWith(IList<SecurityKey> keys) => new()
    {
        ValidAudience = _options.Audience,
        ValidateIssuer = _options.Issuer is not null || _authority is not null,
        ValidIssuer = _options.Issuer,
        IssuerSigningKeys = keys,
        ConfigurationManager = _authority,
        ValidAlgorithms = Algorithms,
        LifetimeValidator = IsValidNow,
        LogValidationExceptions = false,
    };

    private bool IsValidNow(
        DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters rules)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        return expires + ServerLimits.TokenClockSkew > now
            && (notBefore is null || notBefore - ServerLimits.TokenClockSkew <= now);
    }
}
