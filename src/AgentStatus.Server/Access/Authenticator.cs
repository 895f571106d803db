// Hot path: nearly all headers are the last one again, and to compare it takes a third of finding it by its hash, of a
// token a sixth (docs/decisions/0060-what-credentials-cost.md).
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Access;

/// <summary>Finds out who asks. Any thread.</summary>
internal sealed class Authenticator
{
    /// <summary>Whom this thread has found last by a header: most requests of a server come with the same one, and to
    /// compare it takes less than its hash.</summary>
    [ThreadStatic]
    private static Verified? _last;

    private readonly ApiKeys? _keys;
    private readonly Certificates? _certificates;
    private readonly Tokens? _tokens;
    private readonly TimeProvider _clock;
    private readonly AccessRefusals _refusals;

    /// <summary>Who was verified, by the whole header. What a wrong one takes could tell whether it begins as a right
    /// one does, but 8 characters or more at a time: too many of a random key to be tried.</summary>
    private readonly ConcurrentDictionary<string, Verified> _verified = new();

    private object? _lastTokenKeys;

    /// <exception cref="CredentialsException">A file cannot be read, or is wrong.</exception>
    public Authenticator(
        AuthenticationOptions options, AccessRefusals refusals, TimeProvider clock, ILogger<Authenticator> logger)
    {
        (_clock, _refusals) = (clock, refusals);
        IsOn = options.IsOn;
        Unsaid = IsOn ? Identity.Nobody : Identity.Anonymous;
        _keys = options.KeysFile is null ? null : new();
        _certificates = options.Certificates is null ? null : new();
        _tokens = options.Tokens is null ? null : new(options.Tokens, clock);
        Files =
        [
            .. new (string? Path, Func<ReadOnlyMemory<byte>, IReadOnlyList<string>>? Take)[]
            {
                (options.KeysFile, _keys is null ? null : _keys.Take),
                (options.Certificates, _certificates is null ? null : _certificates.Take),
                (options.Tokens?.KeysFile, _tokens is null ? null : _tokens.Take),
            }.Where(file => file.Path is not null).Select(file => new CredentialFile(file.Path!, file.Take!, logger)),
        ];
        if (Files.SelectMany(file => file.Open()).ToList() is { Count: > 0 } faults)
            throw new CredentialsException(faults);
        _lastTokenKeys = _tokens?.Keys;
    }

    /// <summary>Whether callers must say who they are.</summary>
    public bool IsOn { get; }

    /// <summary>Who has not said who they are.</summary>
    public Identity Unsaid { get; }

    /// <summary>What is read again when it changes.</summary>
    public IReadOnlyList<CredentialFile> Files { get; } = [];

    /// <summary>Finds a caller that is known already; from then on it is <see cref="Identity.Of"/> the
    /// request.</summary>
    public bool TryFindVerified(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        var identity = header.Count == 0 ? FindByCertificate(context)
            : header.Count == 1 ? FindVerified(header[0]!)
            : null;
        if (identity is null) return false;
        context.Features.Set(identity);
        return true;
    }

    /// <summary>Verifies the caller's credentials; from then on it is <see cref="Identity.Of"/> the request.</summary>
    /// <returns>Null, or why it is refused, which is counted.</returns>
    public async ValueTask<AccessFault?> VerifyAsync(HttpContext context)
    {
        if (TryFindVerified(context)) return null;
        var (identity, fault) = await FindAsync(context);
        if (identity is null) return Refuse(fault!, context);
        context.Features.Set(identity);
        return null;
    }

    /// <summary>Whether the caller may do this for a company (0: for all).</summary>
    /// <returns>Null, or why it is refused, which is counted.</returns>
    public AccessFault? Check(HttpContext context, V1.Permission permission, long companyId)
    {
        var identity = Identity.Of(context);
        return identity.Allows(permission, companyId) ? null
            : Refuse(AccessFault.NotAllowed(identity, permission, companyId), context);
    }

    /// <summary>Whether the identity with which a stream began is over.</summary>
    public AccessFault? CheckEnd(HttpContext context) =>
        IsOn && Identity.Of(context).HasEnded(_clock) ? AccessFault.Ended : null;

    /// <summary>Cancelled when that is so; never where authentication is off.</summary>
    public CancellationToken WatchEnd(HttpContext context) => IsOn ? Identity.Of(context).WatchEnd(_clock) : default;

    /// <summary>Forgets who has ended; where the keys of tokens have changed, tokens that they do not verify any more
    /// end.</summary>
    public async Task ForgetAsync()
    {
        if (_tokens is not null)
        {
            await _tokens.RefreshAsync();
            if (_tokens.Keys != _lastTokenKeys) await EndUnverifiedAsync(_tokens);
            _lastTokenKeys = _tokens.Keys;
        }

        // Streams end by a timer, too, but that does not see that the clock was set.
        foreach (var verified in _verified)
        {
            var identity = verified.Value.Identity;
            if (identity.HasEnded(_clock) && _verified.TryRemove(verified)) identity.End();
        }
    }

    private static bool IsToken(string credentials) => credentials.Contains('.');

    private static string? CredentialsOf(string? header) =>
        header is { Length: <= ServerLimits.CredentialCharacters }
        && AuthenticationHeaderValue.TryParse(header, out var given) && given is { Parameter.Length: > 0 }
        && given.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            ? given.Parameter
            : null;

    /// <summary>Who was verified by this header, and has not ended.</summary>
    private Identity? FindVerified(string header)
    {
        if (_last is { } last && last.By == this && last.Header == header && !last.Identity.HasEnded(_clock))
            return last.Identity;
        if (!_verified.TryGetValue(header, out var verified) || verified.Identity.HasEnded(_clock)) return null;
        _last = verified;
        return verified.Identity;
    }

    private Identity? FindByCertificate(HttpContext context) =>
        _certificates is not null && context.Connection.ClientCertificate is { } certificate
            ? _certificates.Find(certificate, _clock)
            : null;

    private AccessFault WhyNoCertificate(HttpContext context) =>
        _certificates is null || context.Connection.ClientCertificate is not { } certificate ? AccessFault.Missing
            : Certificates.EndsAtMs(certificate) <= _clock.NowMs() ? AccessFault.EndedCertificate
            : AccessFault.UnknownCertificate;

    private async ValueTask<(Identity? Identity, AccessFault? Fault)> FindAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0) return (null, WhyNoCertificate(context));
        if (header.Count > 1 || CredentialsOf(header[0]) is not { } credentials) return (null, AccessFault.NotBearer);
        if (_tokens is not null && IsToken(credentials))
            return await VerifyTokenAsync(_tokens, header[0]!, credentials);
        if (_keys?.Find(credentials) is not { } identity) return (null, AccessFault.UnknownKey);
        Remember(header[0]!, identity);
        return (identity, null);
    }

    private async ValueTask<(Identity? Identity, AccessFault? Fault)> VerifyTokenAsync(
        Tokens tokens, string header, string token)
    {
        while (true)
        {
            var keys = tokens.Keys;
            var (identity, fault) = await tokens.VerifyAsync(token);
            if (identity is not null) Remember(header, identity);

            // Keys that changed meanwhile have ended what was remembered before, but not this.
            if (keys == tokens.Keys || identity is null) return (identity, fault);
        }
    }

    private async Task EndUnverifiedAsync(Tokens tokens)
    {
        foreach (var (header, verified) in _verified)
        {
            if (CredentialsOf(header) is { } token && IsToken(token)
                && await tokens.VerifyAsync(token) is { Identity: null, Fault.Kind: AccessFaultKind.Credentials })
                verified.Identity.End();
        }
    }

    private void Remember(string header, Identity identity)
    {
        // Count locks the whole dictionary: it is asked for headers that are new alone.
        if (_verified.ContainsKey(header) || _verified.Count < ServerLimits.VerifiedCredentials)
            _verified[header] = new(this, header, identity);
    }

    private AccessFault Refuse(AccessFault fault, HttpContext context)
    {
        _refusals.Count(fault, context);
        return fault;
    }

    /// <summary>One who was verified by a header. No record: that would write the header where it is written.</summary>
    private sealed class Verified(Authenticator by, string header, Identity identity)
    {
        /// <summary>Tests run several servers in a process.</summary>
        public Authenticator By { get; } = by;

        public string Header { get; } = header;

        public Identity Identity { get; } = identity;
    }
}
