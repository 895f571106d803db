using System.Diagnostics;
using AgentStatus.Server.Tests.CompanySettings;
using AgentStatus.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>Files that hang, as those on a server that is gone.</summary>
public sealed class HangingFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Settings => _directory.File("settings.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_server_whose_settings_file_hangs_answers_rings_and_stops()
    {
        File.WriteAllText(Settings, """{"companies": {}}""");
        using var server = await ServerProcess.ServingAsync(
            _directory.File("store"), "--CompanySettings:Path", Settings);
        Fifo.Make(Settings);
        var start = TimeProvider.System.GetUtcNow().AddHours(-1);
        var asking = Enumerable.Range(1, 50).Select(company => server.Service.GetBreakdownAsync(new()
        {
            CompanyId = company,
            StartTime = start.ToTimestamp(),
            EndTime = start.AddMinutes(1).ToTimestamp(),
        }).ResponseAsync).ToList();

        var refused = await Assert.ThrowsAsync<RpcException>(() => Task.WhenAny(asking).Unwrap());
        await server.Service.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 1 });
        var asked = Stopwatch.GetTimestamp();
        server.Terminate();
        await server.ExitedAsync();

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.InRange(Stopwatch.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(0, server.ExitCode);
        Assert.Contains("Settings could not be fetched: no answer within", server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--CompanySettings:Path", "CompanySettings:Path cannot be read: ")]
    [InlineData("--Authentication:KeysFile", "hangs cannot be read: ")]
    [InlineData("--Tls:Certificate", "a file of Tls:Certificate", "--Endpoint", "https://127.0.0.1:50051", "--Tls:Key")]
    public async Task A_server_does_not_start_on_a_file_that_hangs_and_says_why(
        string key, string said, params string[] more)
    {
        var file = _directory.File("hangs");
        Fifo.Make(file);
        string[] others = more is [.., "--Tls:Key"] ? [.. more, file] : more;
        using var server = ServerProcess.Started(["--Storage:Path", _directory.File("store"), key, file, .. others]);
        await server.ExitedAsync();

        Assert.Equal(1, server.ExitCode);
        Assert.Contains(said, server.Output, StringComparison.Ordinal);
        Assert.Contains("does not open within", server.Output, StringComparison.Ordinal);
    }
}
