namespace AgentStatus.Client.Tests.Cli;

/// <summary>The demo with the real server, as the README shows it.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Demo_shows_the_tickets_before_and_after_and_survives_a_kill()
    {
        var (exitCode, output, error) = await Shell.RunAsync(new Uri("http://127.0.0.1:1"), "demo");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(Expected.Demo, output);
    }
}
