namespace AgentStatus.Core;

/// <summary>An agent of a company. Both ids are 1 or more.</summary>
public readonly record struct AgentKey(long CompanyId, long AgentId) : IComparable<AgentKey>
{
    /// <summary>Not to be foreseen: see <see cref="IdHash"/>.</summary>
    public override int GetHashCode() => (int)IdHash.Of(AgentId, CompanyId);

    /// <summary>By company, then by agent.</summary>
    public int CompareTo(AgentKey other)
    {
        var byCompany = CompanyId.CompareTo(other.CompanyId);
        return byCompany != 0 ? byCompany : AgentId.CompareTo(other.AgentId);
    }
}
