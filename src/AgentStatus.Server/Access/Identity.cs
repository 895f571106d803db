using System.Collections.Frozen;
using AgentStatus.Server.Configuration;
using AgentStatus.V1;

namespace AgentStatus.Server.Access;

/// <summary>Who asks, and what they may do, until it ends. Any thread.</summary>
internal sealed class Identity
{
    private const long Never = long.MaxValue;

    private readonly FrozenSet<Permission> _permissions;
    private readonly FrozenSet<long>? _companies;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Identity> _until = [];
    private CancellationTokenSource? _end;
    private volatile bool _isEnded;

    /// <param name="name">For the log and the audit: the id of a key or certificate, or the subject of a token.</param>
    /// <param name="permissions">What it may do.</param>
    /// <param name="companies">For which companies; null: all.</param>
    /// <param name="endsAtMs">When it ends by itself, in milliseconds since the Unix epoch.</param>
    public Identity(
        string name, IEnumerable<Permission> permissions, IEnumerable<long>? companies, long endsAtMs = Never)
    {
        Name = name;
        _permissions = permissions.ToFrozenSet();
        _companies = companies?.ToFrozenSet();
        EndsAtMs = endsAtMs;
    }

    /// <summary>Everybody, where authentication is off: may do all.</summary>
    public static Identity Anonymous { get; } = new("anonymous", Enum.GetValues<Permission>(), companies: null);

    /// <summary>Who has not said who they are, where authentication is on: may do nothing.</summary>
    public static Identity Nobody { get; } = new("nobody", [], []);

    public string Name { get; }

    public long EndsAtMs { get; }

    /// <summary>Whose request it is.</summary>
    public static Identity Of(HttpContext context) => context.Features.Get<Identity>()
        ?? context.RequestServices.GetRequiredService<Authenticator>().Unsaid;

    /// <summary>Where a request comes from, for logs: an IP address, or a socket file, which tells nothing of its
    /// clients.</summary>
    public static string PeerOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unix";

    /// <summary>Whether it may do this for a company; for all of them where that is 0.</summary>
    public bool Allows(Permission permission, long companyId) =>
        _permissions.Contains(permission) && _companies?.Contains(companyId) != false;

    /// <summary>Whether it is over: the key was removed or changed, or the time has come.</summary>
    public bool HasEnded(TimeProvider clock) => _isEnded || (EndsAtMs != Never && clock.NowMs() >= EndsAtMs);

    /// <summary>From now on <see cref="HasEnded"/>; ends the streams, too.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isEnded = true;
            _end?.Cancel();
            foreach (var one in _until.Values) one.End();
        }
    }

    /// <summary>The same, but it ends at this instant (in milliseconds since the Unix epoch) at the latest, as a
    /// certificate does. Ends when this one does. All certificates that end at one instant share it.</summary>
    public Identity Until(long endsAtMs, TimeProvider clock)
    {
        lock (_lock)
        {
            if (_until.TryGetValue(endsAtMs, out var known)) return known;
            foreach (var (instant, one) in _until)
                if (one.HasEnded(clock)) _until.Remove(instant);
            var limited = new Identity(Name, _permissions, _companies, Math.Min(endsAtMs, EndsAtMs));
            if (_isEnded) limited.End();
            return _until[endsAtMs] = limited;
        }
    }

    /// <summary>Cancelled when it ends: a stream may be silent until then. After
    /// <see cref="ServerLimits.LongestIdentity"/> at the latest; whoever is asked for credentials again gets
    /// on.</summary>
    public CancellationToken WatchEnd(TimeProvider clock)
    {
        lock (_lock)
        {
            if (HasEnded(clock)) return new(canceled: true);
            if (_end?.IsCancellationRequested == true) _end = null; // The longest time has passed, and not its own.
            _end ??= EndsAtMs == Never ? new() : new(TimeSpan.FromMilliseconds(Math.Clamp(
                EndsAtMs - clock.NowMs(), 0, (long)ServerLimits.LongestIdentity.TotalMilliseconds)), clock);
            return _end.Token;
        }
    }

    /// <summary>Whether it may do the same, and has the same name.</summary>
    public bool IsSameAs(Identity other) => Name == other.Name && EndsAtMs == other.EndsAtMs
        && _permissions.SetEquals(other._permissions)
        && (_companies is null ? other._companies is null
            : other._companies is not null && _companies.SetEquals(other._companies));
}
