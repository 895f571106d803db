namespace AgentStatus.Client.Tests.Cli;

/// <summary>`agentstatus audit` of a real server.</summary>
public sealed class AuditCommandTests
{
    [Fact]
    public async Task It_lists_who_did_what_of_all_companies_or_one()
    {
        using var directory = new TempDirectory();
        using var server = await ServerProcess.ServingAsync(directory.Path);
        foreach (var command in (string[])[
            "retract --company 280197 --event-id a1 --reason typo", "retract --company 2 --event-id b1 --reason typo",
            "verify --company 2"])
            Assert.Equal("", (await Shell.RunAsync(server.Endpoint, command)).Error);

        Assert.Equal(
            [
                ["When", "Who", "From", "What", "Of", "Outcome"],
                ["anonymous", "127.0.0.1", "RetractStatus", "company 280197, event a1", "OK"],
                ["anonymous", "127.0.0.1", "RetractStatus", "company 2, event b1", "OK"],
                ["anonymous", "127.0.0.1", "Verify", "company 2", "OK"],
            ],
            await RowsAsync("audit"));
        Assert.Equal(["b1", "Verify"], (await RowsAsync("audit --company 2")).Skip(1).Select(row =>
            row[2] == "Verify" ? row[2] : row[3].Split(' ')[^1]));
        Assert.Equal(
            "No such entries.", (await Shell.RunAsync(server.Endpoint, "audit --to 2020-01-01T00:00:00Z")).Out);

        async Task<string[][]> RowsAsync(string command)
        {
            var (exitCode, output, error) = await Shell.RunAsync(server.Endpoint, command);
            Assert.Equal((0, ""), (exitCode, error));
            string[][] rows = [.. output.Split('\n').Where(line => line.StartsWith('│'))
                .Select(line => line.Split('│', StringSplitOptions.TrimEntries)[1..^1])];
            Assert.All(rows.Skip(1), row => Assert.True(DateTimeOffset.TryParse(row[0], out _), row[0]));
            return [rows[0], .. rows.Skip(1).Select(row => row[1..])];
        }
    }
}
