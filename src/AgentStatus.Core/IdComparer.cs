namespace AgentStatus.Core;

/// <summary>For hash tables by an id that clients choose: see <see cref="IdHash"/>.</summary>
public sealed class IdComparer : IEqualityComparer<long>
{
    /// <summary>The one there is.</summary>
    public static readonly IdComparer Instance = new();

    private IdComparer()
    {
    }

    public bool Equals(long x, long y) => x == y;

    public int GetHashCode(long obj) => (int)IdHash.Of(obj, 0);
}
