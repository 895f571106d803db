using System.Globalization;

namespace AgentStatus.Server.Configuration;

/// <summary>Reads configuration values and collects all that is wrong: one sentence each, beginning with the key. Why
/// not the framework's binder: docs/decisions/0030-options-reader.md.</summary>
internal sealed class ConfigurationReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];
    private readonly List<string> _keys = [];

    public IReadOnlyList<string> Faults => _faults;

    public void Fault(string sentence) => _faults.Add(sentence);

    public string? Text(string key)
    {
        _keys.Add(key);
        return configuration[key];
    }

    public TimeSpan Span(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        if (Text(key) is not { } text) return otherwise;
        if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span))
            Fault($"{key} is \"{text}\"; it must be a time span such as 62.00:00:00 (days.hours:minutes:seconds).");
        else if (span < least || span > most)
            Fault($"{key} is {span:c}; it must lie between {least:c} and {most:c}.");
        else
            return span;
        return otherwise;
    }

    public long Number(string key, long otherwise, long least, long most)
    {
        if (Text(key) is not { } text) return otherwise;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
            return number;
        Fault($"{key} is \"{text}\"; it must be a whole number from {least} to {most}.");
        return otherwise;
    }

    public bool Flag(string key, bool otherwise)
    {
        if (Text(key) is not { } text) return otherwise;
        if (bool.TryParse(text, out var flag)) return flag;
        Fault($"{key} is \"{text}\"; it must be true or false.");
        return otherwise;
    }

    /// <summary>A whole section that something else would read, and the key that stands for it here.</summary>
    public void RefuseSection(string section, string instead)
    {
        foreach (var child in configuration.GetSection(section).GetChildren())
            Fault($"{child.Path} is not a key of this server: set {instead}.");
    }

    /// <summary>Refuses what nobody has read until now: a misspelt key would silently leave the default in force. The
    /// root is not looked at, since it holds all variables of the environment.</summary>
    public void RefuseUnknown()
    {
        var unknown =
            from section in _keys.Select(key => key.Split(':')[0]).Distinct().ToList()
            from child in configuration.GetSection(section).GetChildren()
            where !_keys.Contains(child.Path, StringComparer.OrdinalIgnoreCase)
            let near = _keys.Where(key => key.StartsWith($"{section}:", StringComparison.Ordinal))
            select $"{child.Path} is not a key; known: {string.Join(", ", near)}.";
        _faults.AddRange(unknown);
    }
}
