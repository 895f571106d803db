using System.Globalization;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace AgentStatus.Server.Configuration;

/// <summary>Reads configuration values and collects all that is wrong: one sentence each, beginning with the key. Knows
/// what it was asked for, with defaults and ranges: there is no other list of them. Why not the framework's binder:
/// docs/decisions/0030-options-reader.md.</summary>
internal sealed class ConfigurationReader(IConfiguration configuration)
{
    /// <summary>Sections that the framework reads.</summary>
    private static readonly string[] Framework = ["Logging", "environment", "applicationName", "contentRoot"];

    private readonly List<string> _faults = [];
    private readonly List<Setting> _settings = [];

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>What was asked for until now.</summary>
    public IReadOnlyList<Setting> Settings => _settings;

    private IEnumerable<string> Known => _settings.Select(setting => setting.Key);

    public void Fault(string sentence) => _faults.Add(sentence);

    /// <summary>A value of any form, which the caller checks; null where it is not given.</summary>
    /// <param name="key">Section:Key.</param>
    /// <param name="values">What it may be, for the reference.</param>
    /// <param name="otherwise">What holds then, for the reference.</param>
    public string? Text(string key, string values, string otherwise = "none")
    {
        _settings.Add(new(key, otherwise, values));
        return configuration[key];
    }

    public TimeSpan Span(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most) =>
        Span(key, Text(otherwise), otherwise, least, most);

    /// <summary>One that has no default; null where it is not given.</summary>
    public TimeSpan? FindSpan(string key, TimeSpan least, TimeSpan most) =>
        Span(key, "none", TimeSpan.MinValue, least, most) is var span && span != TimeSpan.MinValue ? span : null;

    private TimeSpan Span(string key, string named, TimeSpan otherwise, TimeSpan least, TimeSpan most) => Value(
        new(key, named, $"{Text(least)} to {Text(most)}"),
        otherwise,
        text => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span >= least && span <= most
            ? span
            : null,
        $"a time span from {Text(least)} to {Text(most)} (days.hours:minutes:seconds)");

    public long Number(string key, long otherwise, long least, long most) =>
        Number(new Setting(key, $"{otherwise}", $"{least} to {most}"), otherwise, least, most);

    /// <summary>One whose default or range depends on the machine: the setting says on what.</summary>
    public long Number(Setting setting, long otherwise, long least, long most) => Value(
        setting,
        otherwise,
        text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
                ? number
                : null,
        $"a whole number from {least} to {most}");

    public bool Flag(string key, bool otherwise) => Word<bool>(
        new(key, otherwise ? "true" : "false", "true or false"),
        otherwise,
        text => bool.TryParse(text, out var flag) ? flag : null);

    /// <summary>One of an enum's names, in any case.</summary>
    public T Word<T>(string key, T otherwise) where T : struct, Enum => Word<T>(
        new(key, $"{otherwise}", string.Join(" or ", Enum.GetNames<T>())),
        otherwise,
        text => Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(text, ignoreCase: true)
            : null);

    /// <summary>Refuses what nobody has read until now: a misspelt key would silently leave the default in force. Of
    /// the environment, which holds other programs' variables too, only what lies in a section of ours or in one of
    /// these.</summary>
    public void RefuseUnknown(params IEnumerable<string> others)
    {
        var sections = Known.Select(Section).Concat(others).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var unknown =
            from key in Keys(configuration).Where(key => sections.Contains(Section(key))).Union(GivenKeys())
            where !Known.Contains(key, StringComparer.OrdinalIgnoreCase)
                && !Framework.Contains(Section(key), StringComparer.OrdinalIgnoreCase)
            let near = Known.Where(known => Section(known).Equals(Section(key), StringComparison.OrdinalIgnoreCase))
            select $"{key} is not a key; known: {string.Join(", ", near.DefaultIfEmpty(string.Join(", ", Known)))}.";
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

    /// <summary>As it may be written: without the zeros behind a fraction.</summary>
    private static string Text(TimeSpan span)
    {
        var text = span.ToString("c", CultureInfo.InvariantCulture);
        return span.Ticks % TimeSpan.TicksPerSecond == 0 ? text : text.TrimEnd('0');
    }

    private T Word<T>(Setting setting, T otherwise, Func<string, T?> parse) where T : struct =>
        Value(setting, otherwise, parse, setting.Values);

    private T Value<T>(Setting setting, T otherwise, Func<string, T?> parse, string form) where T : struct
    {
        if (Text(setting.Key, setting.Values, setting.Default) is not { } text) return otherwise;
        if (parse(text) is { } value) return value;
        Fault($"{setting.Key} is \"{text}\"; it must be {form}.");
        return otherwise;
    }
}
