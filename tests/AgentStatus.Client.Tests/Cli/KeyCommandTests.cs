namespace AgentStatus.Client.Tests.Cli;

/// <summary>`key` makes the file that a server reads, and the keys in it let in.</summary>
public sealed class KeyCommandTests : IDisposable
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:1");

    private readonly TempDirectory _folder = new();

    private string File => _folder.File("keys.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_key_opens_the_server_until_it_is_removed()
    {
        var key = await NewAsync("cip --permissions classify,record --companies 280197,1");
        Assert.Equal(40, key.Length);
        await NewAsync("metrics --permissions watch --companies all");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.DoesNotContain(key, System.IO.File.ReadAllText(File));
        var (_, listed, _) = await RunAsync($"key list --file {File}");
        Assert.Equal(
            ["key permissions companies", "cip classify,record 280197,1", "metrics watch all"],
            listed.Split('\n')
                .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

        using var server = await ServerProcess.ServingAsync(_folder.File("data"), "--Authentication:KeysFile", File);
        var withKey = $"--key-file {_folder.File("cip.key")}";
        await System.IO.File.WriteAllTextAsync(_folder.File("cip.key"), key + "\n");
        Assert.Contains("UNAUTHENTICATED", await ClassifyAsync(server, 280197, ""));
        Assert.Equal("", await ClassifyAsync(server, 280197, withKey));
        Assert.Contains("PERMISSION_DENIED", await ClassifyAsync(server, 280198, withKey));

        Assert.Equal(0, (await RunAsync($"key remove --id cip --file {File}")).ExitCode);
        await Until.TrueAsync(async () => (await ClassifyAsync(server, 280197, withKey)).Contains("UNAUTHENTICATED"));
    }

    [Theory]
    [InlineData("key new --id cip --permissions classify --companies 1 --file FILE", 1, "there is a key cip")]
    [InlineData("key remove --id other --file FILE", 1, "there is no key other")]
    [InlineData("key list --file FILE.other", 1, "FILE.other")]
    [InlineData("key new --id cip --permissions clasify --companies 1 --file FILE", 2, "'clasify' is none of record,")]
    [InlineData("key new --id cip --permissions record --companies 0 --file FILE", 2, "'0' is none of")]
    [InlineData("key new --id ä --permissions record --companies 1 --file FILE", 2, "printable ASCII")]
    [InlineData("classify --company 1 --agent 1 --key-file FILE.other", 1, "--key-file: ")]
    [InlineData("classify --company 1 --agent 1 --key-file FILE", 1, "must have one key and nothing else")]
    public async Task What_cannot_be_done_is_said(string commandLine, int exitCode, string said)
    {
        await NewAsync("cip --permissions classify --companies 1");
        var before = System.IO.File.ReadAllText(File);
        var (ended, _, error) = await RunAsync(commandLine.Replace("FILE", File));
        Assert.Equal(exitCode, ended);
        Assert.Contains(said.Replace("FILE", File), error);
        Assert.Equal(before, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public async Task A_file_that_has_no_keys_stays_as_it_is()
    {
        foreach (var content in (string[])["{", "[]", """{"keys": 7}"""])
        {
            System.IO.File.WriteAllText(File, content);
            var (exitCode, _, error) = await RunAsync(
                $"key new --id cip --permissions classify --companies 1 --file {File}");
            Assert.Equal(1, exitCode);
            Assert.Contains("is no file of keys", error);
            Assert.Equal(content, System.IO.File.ReadAllText(File));
        }
    }

    private static Task<(int ExitCode, string Out, string Error)> RunAsync(string commandLine) =>
        Shell.RunAsync(Nowhere, commandLine);

    /// <summary>What it says on stderr.</summary>
    private static async Task<string> ClassifyAsync(ServerProcess server, long companyId, string options) =>
        (await Shell.RunAsync(server.Endpoint, $"classify --company {companyId} --agent 1 {options}".Trim())).Error;

    private async Task<string> NewAsync(string options)
    {
        var (exitCode, key, error) = await RunAsync($"key new --id {options} --file {File}");
        Assert.Equal((0, "The key, which is not shown again:"), (exitCode, error));
        return key;
    }
}
