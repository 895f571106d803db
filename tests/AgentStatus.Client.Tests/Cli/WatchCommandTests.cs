using AgentStatus.Cli;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace AgentStatus.Client.Tests.Cli;

public sealed class WatchCommandTests : FakeServerTests
{
    [Fact]
    public async Task Redirected_it_writes_a_line_a_change_and_says_when_it_is_live_and_when_not()
    {
        var streams = 0;
        Server.Service.OnWatch = async (_, messages, context) =>
        {
            if (++streams == 3) throw Errors.Bad(("company_id", "for a test"));
            await messages.WriteAsync(new() { Agents = { Lunch(1), new WatchedAgent { AgentId = 2 } } });
            await messages.WriteAsync(new() { Agents = { Late(3) }, KnownThrough = At("09:00:01") });
            await messages.WriteAsync(new() { KnownThrough = At("09:00:02") });
            throw Errors.Of(StatusCode.Unavailable);
        };

        var (exitCode, output, error) = await Shell.RunAsync(Server, "watch --company 7 --agents 1,2,3");

        const string Told = """
            Agent 1: Away (Lunch) since 2025-10-01T08:00:00.000Z, decided by AGENT
            Agent 2: Unknown
            Agent 3: Busy since 2025-10-01T08:30:00.000Z, decided by SUPERVISOR; the past changed from 2025-10-01T08:10:00.000Z on
            Live: 3 agents
            NOT LIVE: UNAVAILABLE: for a test; trying again
            """;
        Assert.Equal($"{Told}\n{Told}", output);
        Assert.Equal(CommandLine.Failed, exitCode);
        Assert.Contains("company_id: for a test", error);
        Assert.Equal(
            new WatchStatusesRequest { CompanyId = 7, AgentIds = { 1, 2, 3 } }, Server.Service.Watched.First());
    }

    [Fact]
    public async Task In_a_terminal_it_shows_a_table_that_counts_and_Ctrl_C_ends_it()
    {
        Server.Service.OnWatch = async (_, messages, context) =>
        {
            await messages.WriteAsync(new()
            {
                Agents = { Late(3), Lunch(1), new WatchedAgent { AgentId = 2 } },
                KnownThrough = At("09:00:01"),
            });
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        };
        var (output, error, clock) = (new StringWriter(), new StringWriter(), new FakeTimeProvider(Shell.Now));
        var console = AnsiConsole.Create(new()
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = 100;
        using var end = new CancellationTokenSource();
        var running = new CommandLine(new Terminal(console, error, clock)).RunAsync(
            ["watch", "--company", "7", "--endpoint", Server.Endpoint.GetLeftPart(UriPartial.Authority)], end.Token);

        await Until.TrueAsync(() => Text().Contains("│ 1     │ Away (Lunch) │ 2025-10-01T08:00:00.000Z │ 2:00:00"));
        Assert.Contains("Live, known through 2025-10-01 09:00:01Z. Ctrl+C ends it.", Text());
        await Until.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Text().Contains("│ 3     │ Busy         │ 2025-10-01T08:30:00.000Z │ 1:30:05");
        });
        await end.CancelAsync();
        Assert.Equal(0, await running.WaitAsync(Until.Limit));
        Assert.Empty($"{error}");

        string Text()
        {
            lock (output) return $"{output}";
        }
    }

    private static WatchedAgent Lunch(long agentId) => new()
    {
        AgentId = agentId,
        Status = Status.Away,
        Label = "Lunch",
        Since = At("08:00:00"),
        Origin = StatusOrigin.Agent,
    };

    private static WatchedAgent Late(long agentId) => new()
    {
        AgentId = agentId,
        Status = Status.Busy,
        Since = At("08:30:00"),
        Origin = StatusOrigin.Supervisor,
        ChangedFrom = At("08:10:00"),
    };

    private static Timestamp At(string time) =>
        Timestamp.FromDateTimeOffset(DateTimeOffset.Parse($"2025-10-01T{time}Z"));
}
