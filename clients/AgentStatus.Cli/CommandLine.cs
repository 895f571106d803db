using System.CommandLine.Invocation;
using AgentStatus.Cli.Commands;
using AgentStatus.Cli.Rendering;
using Grpc.Core;

namespace AgentStatus.Cli;

/// <summary>The commands, and what becomes of their errors.</summary>
internal sealed class CommandLine(Terminal terminal)
{
    /// <summary>Exit code of a command that the server refused or that could not be done.</summary>
    public const int Failed = 1;

    /// <summary>Exit code of a command line that is not understood.</summary>
    public const int Misused = 2;

    /// <summary>Exit code of an import that could not take some of the lines.</summary>
    public const int Incomplete = 2;

    /// <summary>Runs one command line; never throws. 0: done.</summary>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        var connection = new Connection();
        var parsed = Root(connection).Parse(args);
        if (parsed.Action is ParseErrorAction)
            return await MisuseAsync(parsed);
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = terminal.Out.Profile.Out.Writer,
                    Error = terminal.Error,
                    EnableDefaultExceptionHandler = false,
                },
                cancellationToken);
        }
        catch (Exception e) when (
            e is RpcException or CommandFailedException or OperationCanceledException or IOException)
        {
            foreach (var line in ErrorText.Lines(e, parsed.GetValue(connection.Address)))
                await terminal.Error.WriteLineAsync(line);
            return Failed;
        }
    }

    private RootCommand Root(Connection connection) =>
        new("Records agents' statuses, classifies rings and breaks down agents' time.")
        {
            connection.Address,
            connection.KeyFile,
            connection.Authority,
            connection.Certificate,
            connection.CertificateKey,
            RecordCommand.Create(terminal, connection),
            RetractCommand.Create(terminal, connection),
            EventsCommand.Create(terminal, connection),
            ClassifyCommand.Create(terminal, connection),
            StepsCommand.Create(terminal, connection),
            CallsCommand.Create(terminal, connection),
            BreakdownCommand.Create(terminal, connection),
            WatchCommand.Create(terminal, connection),
            HoursCommand.Create(terminal, connection),
            RebuildCommand.Create(terminal, connection),
            BackupCommand.Create(terminal, connection),
            RestoreCommand.Create(terminal),
            VerifyCommand.Create(terminal, connection),
            AuditCommand.Create(terminal, connection),
            EraseCommand.Create(terminal, connection),
            ExportCommand.Create(terminal, connection),
            ImportCommand.Create(terminal, connection),
            SeedCommand.Create(terminal, connection),
            StatusCommand.Create(terminal, connection),
            LoadCommand.Create(terminal, connection),
            KeyCommand.Create(terminal),
            DemoCommand.Create(terminal),
        };

    private async Task<int> MisuseAsync(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
            await terminal.Error.WriteLineAsync($"agentstatus: {error.Message}");
        var command = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
        await terminal.Error.WriteLineAsync($"Try: agentstatus{command} --help");
        return Misused;
    }
}
