using System.Collections.Frozen;

namespace AgentStatus.Server.Access;

/// <summary>The identities of a list that is in force, by their secrets. Any thread reads, one replaces.</summary>
internal sealed class IdentityList
{
    private volatile FrozenDictionary<string, Identity> _identities = FrozenDictionary<string, Identity>.Empty;

    public Identity? Find(string secret) => _identities.GetValueOrDefault(secret);

    /// <summary>Puts a list in force. Identities that are in it as they were go on; the others end.</summary>
    public void Replace(Dictionary<string, Identity> list)
    {
        var before = _identities;
        _identities = list.ToFrozenDictionary(
            entry => entry.Key,
            entry => before.TryGetValue(entry.Key, out var same) && same.IsSameAs(entry.Value) ? same : entry.Value);
        foreach (var (secret, identity) in before)
            if (Find(secret) != identity) identity.End();
    }
}
