using System.Text.Json;
using AgentStatus.Cli.Health;

namespace AgentStatus.Cli.Commands;

/// <summary>`status`: how a running server does, and what to do where something is wrong. Exit code 1: something
/// is.</summary>
internal static class StatusCommand
{
    private static readonly Uri Otherwise = new("http://127.0.0.1:5081");

    public static Command Create(Terminal terminal, Connection connection)
    {
        var http = new Option<Uri>("--http")
        {
            Description = "The server's second endpoint.",
            HelpName = "url",
            DefaultValueFactory = _ => Otherwise,
            CustomParser = argument =>
            {
                var text = argument.Tokens[0].Value;
                if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is
                    { Scheme: "http" or "https", PathAndQuery: "/" })
                    return uri;
                argument.AddError($"--http: '{text}' is not an http or https address without a path.");
                return null;
            },
        };
        var command = new Command("status", "Tells how a server does by its objectives, and what is wrong.") { http };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var address = parsed.GetValue(http)!;
            using var client = connection.OpenHttp(parsed, address);
            try
            {
                // Not ready is an answer, too.
                using var ready = await client.GetAsync("/readyz", cancellationToken);
                using var state = JsonDocument.Parse(await ready.Content.ReadAsStringAsync(cancellationToken));
                var metrics = await client.GetStringAsync("/metrics", cancellationToken);
                var report = new ServerReport(state.RootElement, new MetricsText(metrics));
                return report.Write(terminal.Out.Profile.Out.Writer) ? 0 : CommandLine.Failed;
            }
            catch (Exception failure) when (failure is HttpRequestException or JsonException or KeyNotFoundException
                || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw new CommandFailedException(
                    $"{address} gives no status ({failure.Message}): is the server started, and is this its key Http?");
            }
        });
        return command;
    }
}
