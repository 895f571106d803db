namespace AgentStatus.Client;

/// <summary>Which part a company is in, as the servers have it: docs/scaling.md.</summary>
internal static class PartitionHash
{
    /// <summary>Parts that there may be.</summary>
    public const int MostParts = 1_024;

    /// <summary>The part's place among so many: one less than its number.</summary>
    public static int IndexOf(long companyId, int parts)
    {
        unchecked
        {
            var mixed = (ulong)companyId;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (int)((uint)((mixed ^ (mixed >> 31)) >> 33) % (uint)parts);
        }
    }
}
