using System.Globalization;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace AgentStatus.Server.Configuration;

/// <summary>Reads configuration values and collects all that is wrong: one sentence each, beginning with the key. Why
/// not the framework's binder: docs/decisions/0030-options-reader.md.</summary>
internal sealed class ConfigurationReader(IConfiguration configuration)
{
    /// <summary>Sections that the framework reads.</summary>
    private static readonly string[] Framework = ["Logging", "environment", "applicationName", "contentRoot"];

    private readonly List<string> _faults = [];
    private readonly List<string> _keys = [];

    public IReadOnlyList<string> Faults => _faults;

    public void Fault(string sentence) => _faults.Add(sentence);

    public string? Text(string key)
    {
        _keys.Add(key);
        return configuration[key];
    }

    public TimeSpan Span(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most) => Value(
        key,
        otherwise,
        text => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span >= least && span <= most
            ? span
            : null,
        $"a time span from {least:c} to {most:c} (days.hours:minutes:seconds)");

    public long Number(string key, long otherwise, long least, long most) => Value(
        key,
        otherwise,
        text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
                ? number
                : null,
        $"a whole number from {least} to {most}");

    public bool Flag(string key, bool otherwise) =>
        Value(key, otherwise, text => bool.TryParse(text, out var flag) ? flag : null, "true or false");

    /// <summary>One of an enum's names, in any case.</summary>
    public T Word<T>(string key, T otherwise) where T : struct, Enum => Value<T>(
        key,
        otherwise,
        text => Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(text, ignoreCase: true)
            : null,
        string.Join(" or ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant())));

    /// <summary>Refuses what nobody has read until now: a misspelt key would silently leave the default in force. Of
    /// the environment, which holds other programs' variables too, only what lies in a section of ours or in one of
    /// these.</summary>
    public void RefuseUnknown(params IEnumerable<string> others)
    {
        var sections = _keys.Select(Section).Concat(others).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var unknown =
            from key in Keys(configuration).Where(key => sections.Contains(Section(key))).Union(GivenKeys())
            where !_keys.Contains(key, StringComparer.OrdinalIgnoreCase)
                && !Framework.Contains(Section(key), StringComparer.OrdinalIgnoreCase)
            let near = _keys.Where(known => Section(known).Equals(Section(key), StringComparison.OrdinalIgnoreCase))
            select $"{key} is not a key; known: {string.Join(", ", near.DefaultIfEmpty(string.Join(", ", _keys)))}.";
        _faults.AddRange(unknown);
    }

    private static string Section(string key) => key.Split(':')[0];

    private static IEnumerable<string> Keys(IConfiguration configuration) =>
        configuration.AsEnumerable().Where(entry => entry.Value is not null).Select(entry => entry.Key);

    /// <summary>The keys of files and of the command line.</summary>
    private IEnumerable<string> GivenKeys() => configuration is IConfigurationRoot root
        ? Keys(new ConfigurationRoot(
            [.. root.Providers.Where(provider => provider is not EnvironmentVariablesConfigurationProvider)]))
        : [];

    private T Value<T>(string key, T otherwise, Func<string, T?> parse, string form) where T : struct
    {
        if (Text(key) is not { } text) return otherwise;
        if (parse(text) is { } value) return value;
        Fault($"{key} is \"{text}\"; it must be {form}.");
        return otherwise;
    }
}
