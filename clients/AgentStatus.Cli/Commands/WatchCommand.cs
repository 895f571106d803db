using AgentStatus.Cli.Rendering;

namespace AgentStatus.Cli.Commands;

/// <summary>`watch`: what agents are doing now, and each change, until Ctrl+C.</summary>
internal static class WatchCommand
{
    /// <summary>How often the times of a table count on, though nothing comes.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Company();
        var agents = Arguments.Ids("--agent", "The agents; left out: all of the company, those that come later too.");
        agents.Aliases.Add("--agents");
        var command = new Command("watch", "Shows what agents are doing now, until Ctrl+C.") { company, agents };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var request = new WatchStatusesRequest { CompanyId = parsed.GetValue(company) };
            request.AgentIds.AddRange(parsed.GetValue(agents) ?? []);
            var updates = client.WatchStatusesAsync(request, cancellationToken);
            try
            {
                if (terminal.Out.Profile.Capabilities.Ansi) await ShowTableAsync(terminal, updates, cancellationToken);
                else await WriteLinesAsync(terminal, updates);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // That is how it ends.
            }

            return 0;
        });
        return command;
    }

    private static async Task WriteLinesAsync(Terminal terminal, IAsyncEnumerable<StatusUpdate> updates)
    {
        var board = new StatusBoard();
        await foreach (var update in updates)
            foreach (var line in board.Lines(update)) terminal.Out.WriteLine(line);
    }

    private static async Task ShowTableAsync(
        Terminal terminal, IAsyncEnumerable<StatusUpdate> updates, CancellationToken cancellation)
    {
        var board = new StatusBoard();
        var table = terminal.Out.Live(board.Table(terminal.Clock.GetUtcNow())).Overflow(VerticalOverflow.Ellipsis);
        await table.StartAsync(async live =>
        {
            await using var reading = updates.GetAsyncEnumerator(cancellation);
            while (true)
            {
                var next = reading.MoveNextAsync().AsTask();
                while (await Task.WhenAny(next, Task.Delay(Tick, terminal.Clock, cancellation)) != next)
                    live.UpdateTarget(board.Table(terminal.Clock.GetUtcNow()));
                if (!await next) return;
                board.Apply(reading.Current);
                live.UpdateTarget(board.Table(terminal.Clock.GetUtcNow()));
            }
        });
    }
}
