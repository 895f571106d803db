namespace AgentStatus.Cli;

/// <summary>The contract's enums as words: ON_CALL, on-call and OnCall are the same.</summary>
internal static class EnumWord
{
    /// <summary>All words, as they are shown in help: "online", "on-call".</summary>
    public static IEnumerable<string> All<T>() where T : struct, Enum =>
        Enum.GetNames<T>().Where(name => name != "Unspecified").Select(Kebab);

    /// <summary>Finds the value; false for a word that is not one of <see cref="All{T}"/>.</summary>
    public static bool TryParse<T>(string word, out T value) where T : struct, Enum
    {
        var name = Enum.GetNames<T>().FirstOrDefault(
            name => name != "Unspecified" && string.Equals(name, Plain(word), StringComparison.OrdinalIgnoreCase));
        value = name is null ? default : Enum.Parse<T>(name);
        return name is not null;
    }

    /// <summary>The value as gRPC writes it: ON_CALL.</summary>
    public static string Screaming<T>(T value) where T : struct, Enum =>
        Kebab(value.ToString()).Replace('-', '_').ToUpperInvariant();

    private static string Plain(string word) => word.Replace("-", "").Replace("_", "");

    private static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{c}" : $"{c}")).ToLowerInvariant();
}
