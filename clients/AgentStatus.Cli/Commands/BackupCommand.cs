using AgentStatus.Cli.Export;
using AgentStatus.Cli.Transfer;

namespace AgentStatus.Cli.Commands;

/// <summary>`backup`: a copy of the embedded store, while the server serves.</summary>
internal static class BackupCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var file = new Argument<string>("file")
        {
            Description = "Where to write it, also as .gz. A file that is there is replaced when all is written.",
        };
        var command = new Command("backup", "Copies the server's embedded database, for `restore`.") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.OpenForTransfer(parsed);
            using var to = new ReplacedFile(parsed.GetValue(file)!);
            var progress = new TransferProgress(terminal.Out, "Copying", "bytes", total: 0);
            try
            {
                await progress.ShowAsync(() => client.BackupAsync(to.Stream, progress, cancellationToken));
            }
            catch (InvalidDataException failure)
            {
                throw new CommandFailedException(failure.Message);
            }

            to.Complete();
            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{progress.Items:N0} bytes: {parsed.GetValue(file)}"));
            return 0;
        });
        return command;
    }
}
