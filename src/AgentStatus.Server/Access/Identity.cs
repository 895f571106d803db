using System.Collections.Frozen;
using AgentStatus.V1;

namespace AgentStatus.Server.Access;

/// <summary>Who asks, and what they may do. Any thread.</summary>
internal sealed class Identity
{
    private readonly FrozenSet<Permission> _permissions;
    private readonly FrozenSet<long>? _companies;

    /// <param name="name">For the log and the audit: the id of a key or certificate, or the subject of a token.</param>
    /// <param name="permissions">What it may do.</param>
    /// <param name="companies">For which companies; null: all.</param>
    public Identity(string name, IEnumerable<Permission> permissions, IEnumerable<long>? companies)
    {
        Name = name;
        _permissions = permissions.ToFrozenSet();
        _companies = companies?.ToFrozenSet();
    }

    /// <summary>Everybody, where authentication is off: may do all.</summary>
    public static Identity Anonymous { get; } = new("anonymous", Enum.GetValues<Permission>(), companies: null);

    public string Name { get; }

    /// <summary>Whose request it is.</summary>
    public static Identity Of(HttpContext context) => context.Features.Get<Identity>() ?? Anonymous;

    /// <summary>Whether it may do this for a company; for all of them where that is 0.</summary>
    public bool Allows(Permission permission, long companyId) =>
        _permissions.Contains(permission) && _companies?.Contains(companyId) != false;
}
