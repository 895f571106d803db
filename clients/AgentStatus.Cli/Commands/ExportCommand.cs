using AgentStatus.Cli.Export;
using AgentStatus.Cli.Transfer;

namespace AgentStatus.Cli.Commands;

/// <summary>`export`: a company's events as a file that `import` reads.</summary>
internal static class ExportCommand
{
    /// <summary>How they are written.</summary>
    private enum Format
    {
        Unspecified,
        Ndjson,
        Csv,
    }

    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Company();
        var from = Arguments.Instant("--from", "From when on; left out: the first event.", terminal.Clock);
        var to = Arguments.Instant("--to", "Until when; left out: the last event.", terminal.Clock);
        var format = Arguments.Word<Format>("--format", "Left out: by the file's name, else ndjson.");
        var output = Arguments.Text("--output", "The file, also as .gz; left out: the standard output.");
        var command = new Command("export", "Writes a company's events, as `import` reads them.")
        {
            company, from, to, format, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.OpenForTransfer(parsed);
            var export = new EventExport(client, parsed.GetValue(company), terminal.Clock);
            var (start, end, path) = (parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(output));
            var agents = await export.FindAgentsAsync(start, end, cancellationToken);
            if (path is null)
            {
                var toOutput = Writer(parsed.GetValue(format), "", terminal.Out.Profile.Out.Writer);
                await export.WriteAsync(agents, start, end, toOutput, progress: null, cancellationToken);
                return 0;
            }

            using var file = new ReplacedFile(path);
            var writer = Writer(parsed.GetValue(format), path, file.Writer);
            var progress = new TransferProgress(terminal.Out, "Exporting", "events", agents.Count);
            await progress.ShowAsync(
                () => export.WriteAsync(agents, start, end, writer, progress, cancellationToken));
            file.Complete();
            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{export.Events:N0} events of {export.Agents:N0} agents: {path}"));
            return 0;
        });
        return command;
    }

    private static EventWriter Writer(Format given, string path, TextWriter to)
    {
        var isCsv = given == Format.Csv || (given == Format.Unspecified
            && (path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
                || path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase)));
        return isCsv ? new CsvWriter(to) : new NdjsonWriter(to);
    }
}
