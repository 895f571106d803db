using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace AgentStatus.Cli.Commands;

/// <summary>Options that several commands have, each with the parser that its kind needs.</summary>
internal static class Arguments
{
    public static Option<long> Company() => Id("--company", "The company's id.", required: true);

    public static Option<long> Id(string name, string description, bool required = false) => new(name)
    {
        Description = description,
        HelpName = "id",
        Required = required,
    };

    /// <summary>Several ids, as "1,2" or "1 2" or by repeating the option.</summary>
    public static Option<long[]> Ids(string name, string description, bool required = false) => new(name)
    {
        Description = description,
        HelpName = "id[,id...]",
        Required = required,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = argument =>
        {
            var ids = new List<long>();
            foreach (var text in argument.Tokens.SelectMany(token => token.Value.Split(',')))
            {
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
                    ids.Add(id);
                else
                    argument.AddError($"{name}: '{text}' is not a number.");
            }

            return [.. ids];
        },
    };

    public static Option<string> Text(string name, string description, bool required = false) => new(name)
    {
        Description = description,
        HelpName = "text",
        Required = required,
    };

    public static Option<Timestamp?> AsKnownAt(TimeProvider clock) =>
        Instant("--as-known-at", "Counts only what was recorded before; left out: all.", clock);

    public static Option<Timestamp?> Instant(
        string name, string description, TimeProvider clock, bool required = false) => new(name)
        {
            Description = $"{description} For example {InstantText.Forms}.",
            HelpName = "time",
            Required = required,
            CustomParser = argument =>
            {
                var text = argument.Tokens[0].Value;
                if (InstantText.TryParse(text, clock.GetUtcNow(), out var instant))
                    return Timestamp.FromDateTimeOffset(instant);
                argument.AddError($"{name}: '{text}' is not a time with a zone, \"now\" or a distance from now "
                    + $"({InstantText.Forms}).");
                return null;
            },
        };

    /// <summary>One word of an enum; left out, it stays unspecified.</summary>
    public static Option<T> Word<T>(string name, string description, bool required = false) where T : struct, Enum =>
        new(name)
        {
            Description = description,
            HelpName = string.Join('|', EnumWord.All<T>()),
            Required = required,
            CustomParser = argument =>
            {
                var text = argument.Tokens[0].Value;
                if (!EnumWord.TryParse<T>(text, out var value))
                    argument.AddError($"{name}: '{text}' is none of {string.Join(", ", EnumWord.All<T>())}.");
                return value;
            },
        };
}
