// Hot path: with a key a request costs a look-up of its header.
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Access;

/// <summary>Finds out who asks. Any thread.</summary>
internal sealed class Authenticator
{
    private readonly ApiKeys _keys = new();
    private readonly TimeProvider _clock;
    private readonly AccessRefusals _refusals;

    /// <summary>Who was verified, by the whole header. Of a header that is wrong the look-up tells nothing: strings are
    /// compared where their hashes are the same, and these have a secret of the process.</summary>
    private readonly ConcurrentDictionary<string, Identity> _verified = new();

    /// <exception cref="CredentialsException">A file cannot be read, or is wrong.</exception>
    public Authenticator(
        AuthenticationOptions options, AccessRefusals refusals, TimeProvider clock, ILogger<Authenticator> logger)
    {
        (_clock, _refusals) = (clock, refusals);
        IsOn = options.IsOn;
        Unsaid = IsOn ? Identity.Nobody : Identity.Anonymous;
        if (options.KeysFile is not null) Files = [new(options.KeysFile, _keys.Take, logger)];
        if (Files.SelectMany(file => file.Open()).ToList() is { Count: > 0 } faults)
            throw new CredentialsException(faults);
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
        if (header.Count != 1 || !_verified.TryGetValue(header[0]!, out var identity) || identity.HasEnded(_clock))
            return false;
        context.Features.Set(identity);
        return true;
    }

    /// <summary>Verifies the caller's credentials; from then on it is <see cref="Identity.Of"/> the request.</summary>
    /// <returns>Null, or why it is refused, which is counted.</returns>
    public AccessFault? Verify(HttpContext context)
    {
        if (TryFindVerified(context)) return null;
        var header = context.Request.Headers.Authorization;
        var fault = header.Count == 0 ? AccessFault.Missing : AccessFault.NotBearer;
        if (header.Count == 1 && header[0] is { Length: <= ServerLimits.CredentialCharacters } text
            && AuthenticationHeaderValue.TryParse(text, out var given)
            && given is { Parameter: { Length: > 0 } key }
            && given.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            if (_keys.Find(key) is { } identity)
            {
                Remember(text, identity);
                context.Features.Set(identity);
                return null;
            }

            fault = AccessFault.UnknownKey;
        }

        return Refuse(fault, context);
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

    /// <summary>Forgets who has ended.</summary>
    public void Forget()
    {
        foreach (var verified in _verified)
            if (verified.Value.HasEnded(_clock)) _verified.TryRemove(verified);
    }

    private void Remember(string header, Identity identity)
    {
        // Count locks the whole dictionary: it is asked for headers that are new alone.
        if (_verified.ContainsKey(header) || _verified.Count < ServerLimits.VerifiedCredentials)
            _verified[header] = identity;
    }

    private AccessFault Refuse(AccessFault fault, HttpContext context)
    {
        _refusals.Count(fault, context);
        return fault;
    }
}
