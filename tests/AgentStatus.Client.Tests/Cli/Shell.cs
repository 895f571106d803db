using AgentStatus.Cli;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;

namespace AgentStatus.Client.Tests.Cli;

/// <summary>Runs command lines against a server as if redirected to files.</summary>
internal static class Shell
{
    /// <summary>What "now" is for every command.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.Parse("2025-10-01T10:00:00Z");

    public static Timestamp At(string text) => Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(text));

    public static async Task<(int ExitCode, string Out, string Error)> RunAsync(Uri endpoint, string commandLine)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        string[] args = [.. commandLine.Split(' ')];
        if (!args.Contains("--address") && !args.Contains("--endpoint"))
            args = [.. args, "--address", endpoint.AbsoluteUri];
        var terminal = new Terminal(Terminal.Redirected(output), error, new FakeTimeProvider(Now));
        var exitCode = await new CommandLine(terminal).RunAsync(args);
        return (exitCode, Plain(output), Plain(error));
    }

    public static Task<(int ExitCode, string Out, string Error)> RunAsync(FakeServer server, string commandLine) =>
        RunAsync(server.Endpoint, commandLine);

    /// <summary>Tables pad their lines; what a test compares has no blanks at the ends.</summary>
    private static string Plain(StringWriter text) =>
        string.Join('\n', text.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()))
            .TrimEnd();
}
