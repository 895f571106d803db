namespace AgentStatus.Cli.Rendering;

/// <summary>How safe it is what was recorded.</summary>
internal static class DurabilityText
{
    /// <summary>A word; what has no durability is of an event that was erased, and is not stored.</summary>
    public static string Of(Durability durability) =>
        durability == Durability.Unspecified ? "Erased" : $"{durability}";
}
