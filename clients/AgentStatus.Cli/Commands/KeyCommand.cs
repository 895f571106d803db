using AgentStatus.Cli.Keys;

namespace AgentStatus.Cli.Commands;

/// <summary>`key`: who may ask the server, in the file that its Authentication:KeysFile names.</summary>
internal static class KeyCommand
{
    private const int IdCharacters = 64;

    public static Command Create(Terminal terminal) => new("key", "Makes, lists and removes API keys in a file.")
    {
        CreateNew(terminal), CreateList(terminal), CreateRemove(terminal),
    };

    private static Command CreateNew(Terminal terminal)
    {
        var (id, file) = (Id(), File());
        var permissions = Words<Permission>(
            "--permissions", "What the key may do.", string.Join(',', EnumWord.All<Permission>()),
            word => EnumWord.TryParse<Permission>(word, out var value) ? value : null);
        var companies = Words<long>(
            "--companies", "For which companies: their ids, or all.", "id[,id...]|all", word =>
                word == "all" ? 0
                : long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var company) && company > 0
                    ? company
                    : null);
        var command = new Command("new", "Adds a key, and prints it: this once.") { id, permissions, companies, file };
        command.SetAction(async (parsed, _) =>
        {
            var ids = parsed.GetValue(companies)!;
            using var keys = new KeyFile(parsed.GetValue(file)!, mayBeNew: true);
            var key = keys.Add(parsed.GetValue(id)!, parsed.GetValue(permissions)!, ids.Contains(0) ? null : ids);

            // The key alone goes to the output, so that it can be led into a file.
            await terminal.Error.WriteLineAsync("The key, which is not shown again:");
            terminal.Out.WriteLine(key);
            return 0;
        });
        return command;
    }

    private static Command CreateList(Terminal terminal)
    {
        var file = File();
        var command = new Command("list", "Lists the keys: their ids, and what they may do.") { file };
        command.SetAction((parsed, _) =>
        {
            var table = new Table().Border(TableBorder.None).AddColumns("key", "permissions", "companies");
            using var keys = new KeyFile(parsed.GetValue(file)!, mayBeNew: false);
            foreach (var (id, permissions, companies) in keys.Entries)
                table.AddRow(Markup.Escape(id), Markup.Escape(permissions), Markup.Escape(companies));
            terminal.Out.Write(table);
            return Task.FromResult(0);
        });
        return command;
    }

    private static Command CreateRemove(Terminal terminal)
    {
        var (id, file) = (Id(), File());
        var command = new Command("remove", "Removes a key: servers refuse it within 2 s.") { id, file };
        command.SetAction((parsed, _) =>
        {
            using var keys = new KeyFile(parsed.GetValue(file)!, mayBeNew: false);
            keys.Remove(parsed.GetValue(id)!);
            terminal.Out.WriteLine($"Removed: {parsed.GetValue(id)}");
            return Task.FromResult(0);
        });
        return command;
    }

    private static Option<string> Id()
    {
        var id = Arguments.Text("--id", "What the key is called, in logs as well.", required: true);
        id.Validators.Add(given =>
        {
            if (given.GetValue(id) is not { Length: > 0 and <= IdCharacters } text
                || text.Any(c => c is <= ' ' or > '~'))
                given.AddError($"--id: must be 1 to {IdCharacters} printable ASCII characters, without blanks.");
        });
        return id;
    }

    private static Option<FileInfo> File() => new("--file")
    {
        Description = "The file that the server's Authentication:KeysFile names.",
        HelpName = "file",
        Required = true,
    };

    /// <summary>Several words, with commas or by repeating the option.</summary>
    private static Option<T[]> Words<T>(string name, string description, string form, Func<string, T?> parse)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = form,
            Required = true,
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = argument =>
            {
                var values = new List<T>();
                foreach (var word in argument.Tokens.SelectMany(token => token.Value.Split(',')))
                {
                    if (parse(word) is { } value) values.Add(value);
                    else argument.AddError($"{name}: '{word}' is none of {form}.");
                }

                return [.. values];
            },
        };
}
