namespace AgentStatus.Client.Tests.Cli;

/// <summary>The command line, and with it the client, against a server that asks for certificates.</summary>
public sealed class TlsCommandTests : IDisposable
{
    private readonly TempDirectory _files = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task Commands_speak_TLS_and_show_a_certificate()
    {
        Write("server", _authority.Server());
        using (var certificate = _authority.Client()) Write("client", TestAuthority.Pems(certificate));
        File.WriteAllText(_files.File("ca.pem"), _authority.Pem);
        var address = new Uri($"https://127.0.0.1:{LoopbackPort.Free()}");
        using var server = ServerProcess.Started(
            "--Endpoint", $"{address}", "--Http", $"{address}", "--Storage:Path", _files.File("store"),
            "--Tls:Certificate", _files.File("server.pem"), "--Tls:Key", _files.File("server.key"),
            "--Tls:ClientCa", _files.File("ca.pem"), "--Tls:ClientCertificates", "required");
        await Until.TrueAsync(() => server.Output.Contains("Ready on"));
        var (ca, shown) = ($"--ca {_files.File("ca.pem")}",
            $"--certificate {_files.File("client.pem")} --key {_files.File("client.key")}");

        var (exitCode, said, error) = await RunAsync($"classify --company 1 --agent 1 {ca} {shown}");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("Unknown", said);

        (exitCode, said, error) = await RunAsync($"status --http {address} {ca} {shown}");
        Assert.Equal("", error);
        Assert.StartsWith("State: serving", said);
        (exitCode, _, error) = await RunAsync($"status --http {address} {ca}");
        Assert.Equal(1, exitCode);
        Assert.Contains("gives no status", error);

        foreach (var wrong in (string[])["", ca, shown])
            Assert.Equal(1, (await RunAsync($"classify --company 1 --agent 1 {wrong}".TrimEnd())).ExitCode);
        Assert.Contains(
            "CertificateFile and CertificateKeyFile must go together",
            (await RunAsync($"classify --company 1 --agent 1 --certificate {_files.File("client.pem")}")).Error);
        Assert.Contains(
            "cannot be used: Could not find file",
            (await RunAsync($"classify --company 1 --agent 1 --ca {_files.File("none.pem")}")).Error);

        // As one of the servers of a part, too, of which another one is gone.
        using var client = new AgentStatusClient(new()
        {
            Partitions = [[new Uri($"https://127.0.0.1:{LoopbackPort.Free()}"), address]],
            CertificateAuthorityFile = _files.File("ca.pem"),
            CertificateFile = _files.File("client.pem"),
            CertificateKeyFile = _files.File("client.key"),
            ClassifyDeadline = Until.Limit,
        });
        Assert.Equal("Unknown", (await client.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 1 })).Label);

        Task<(int ExitCode, string Out, string Error)> RunAsync(string command) => Shell.RunAsync(address, command);
    }

    private void Write(string name, (string Certificate, string Key) pems)
    {
        File.WriteAllText(_files.File($"{name}.pem"), pems.Certificate);
        File.WriteAllText(_files.File($"{name}.key"), pems.Key);
    }
}
