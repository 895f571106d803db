using AgentStatus.Cli.Backup;

namespace AgentStatus.Cli.Commands;

/// <summary>`restore`: puts a backup in place, on the server's machine while no server runs there.</summary>
internal static class RestoreCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "What `backup` wrote, also as .gz." };
        var path = Arguments.Text("--path", "The server's Storage:Path.", required: true);
        var replace = new Option<bool>("--replace")
        {
            Description = "Keeps the database that is there aside, under another name, and takes this one instead.",
        };
        var command = new Command("restore", "Puts a backup into the directory of a server that does not run.")
        {
            file, path, replace,
        };
        command.SetAction(parsed =>
        {
            try
            {
                using var store = new StoreDirectory(parsed.GetValue(path)!);
                var aside = store.Put(parsed.GetValue(file)!, parsed.GetValue(replace), terminal.Clock.GetUtcNow());
                if (aside is not null) terminal.Out.WriteLine($"The database that was there: {aside}");
                terminal.Out.WriteLine($"Restored to {store.Path}: start the server on it.");
                return 0;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new CommandFailedException(failure.Message);
            }
        });
        return command;
    }
}
