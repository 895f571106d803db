using AgentStatus.Cli.Import;
using AgentStatus.Cli.Transfer;

namespace AgentStatus.Cli.Commands;

/// <summary>`import`: records the events of a file.</summary>
internal static class ImportCommand
{
    /// <summary>What a file can be.</summary>
    private enum Format
    {
        Unspecified,
        Ndjson,
        Csv,
        QueueLog,
    }

    public static Command Create(Terminal terminal, Connection connection)
    {
        var file = new Argument<string>("file") { Description = "The file, also as .gz; - is the standard input." };
        var company = Arguments.Company();
        var format = Arguments.Word<Format>("--format", "Left out: by the file's name, else ndjson.");
        var map = Arguments.Text(
            "--map", "CSV file with numbers for agents' names (external,agent_id); made and added to.");
        var source = Arguments.Text("--source", "What the file is called in event ids; left out: its name.");
        var dryRun = new Option<bool>("--dry-run") { Description = "Reads and counts, and sends nothing." };
        var command = new Command("import", "Records the events of a file. Safe to run again (docs/import.md).")
        {
            file, company, format, map, source, dryRun,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var from = new SourceFile(parsed.GetValue(file)!);
            var kind = FormatOf(parsed.GetValue(format), from.Name);
            var isDryRun = parsed.GetValue(dryRun);
            using var agents = MapPath(parsed.GetValue(map), kind, from.Path) is { } path
                ? new AgentMap(path, isDryRun)
                : null;
            using var client = connection.OpenForTransfer(parsed);
            using var rejected = new RejectedLines($"{from.Path}.rejected");
            var companyId = parsed.GetValue(company);
            var reader = Reader(kind, companyId, parsed.GetValue(source) ?? from.Name, agents);
            var run = new ImportRun(isDryRun ? null : new EventSender(client, companyId), rejected);
            var what = isDryRun ? "Reading" : "Importing";
            var progress = new TransferProgress(terminal.Out, what, "events", from.Length);
            await progress.ShowAsync(
                () => run.RunAsync(reader.Read(from.Stream), () => from.Position, progress, cancellationToken));
            new ImportReport(terminal.Out).Write(run, rejected, agents, isDryRun, progress.Elapsed);
            return rejected.Count == 0 ? 0 : CommandLine.Incomplete;
        });
        return command;
    }

    private static Format FormatOf(Format given, string name) => given != Format.Unspecified ? given
        : name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? Format.Csv
        : name.StartsWith("queue_log", StringComparison.OrdinalIgnoreCase) ? Format.QueueLog
        : Format.Ndjson;

    /// <summary>A queue log has names: their numbers stand beside it, where no file is given.</summary>
    private static string? MapPath(string? given, Format format, string path) =>
        given ?? (format == Format.QueueLog
            ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "agents.csv")
            : null);

    private static IEventReader Reader(Format format, long companyId, string source, AgentMap? agents)
    {
        if (format == Format.QueueLog) return new QueueLog(companyId, source, agents!);
        var builder = new EventBuilder(companyId, source, agents);
        return format == Format.Csv ? new CsvEvents(builder) : new NdjsonEvents(builder);
    }
}
