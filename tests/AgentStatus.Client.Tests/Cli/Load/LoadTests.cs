using System.Collections.Concurrent;
using AgentStatus.Cli.Load;
using Microsoft.Extensions.Time.Testing;

namespace AgentStatus.Client.Tests.Cli.Load;

public sealed class LoadTests : FakeServerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_mixed_load_makes_every_request_and_shows_what_they_met()
    {
        var (exitCode, output, error) =
            await Shell.RunAsync(Server, "load --rate 2000 --duration 1 --profile mixed --agents 10 --company 7");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("2,000 calls in ", output);
        Assert.Contains("No errors.", output);
        Assert.Contains("p99.9", output);
        Assert.Equal((1_800, 198, 2), (
            Server.Service.Classified.Count, Server.Service.Recorded.Count, Server.Service.BrokenDown.Count));
        Assert.All(Server.Service.Classified, ring => Assert.Equal(7, ring.CompanyId));
        Assert.Equal(198, Server.Service.Recorded.Select(recorded => recorded.EventId).Distinct().Count());
    }

    [Theory]
    [InlineData("--duration 20s", "--duration must be a number above 0 and at most 86400.")]
    [InlineData("--duration NaN", "--duration must be a number above 0 and at most 86400.")]
    [InlineData("--rate 0", "--rate must be a number above 0 and at most 1000000.")]
    [InlineData("--agents 1e9", "--agents must be a number above 0 and at most 1000000.")]
    public async Task A_number_that_is_none_or_out_of_range_is_refused_with_its_limit(string given, string expected)
    {
        var (exitCode, _, error) = await Shell.RunAsync(Server, $"load {given}");

        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, error);
        Assert.Empty(Server.Service.Classified);
    }

    [Fact]
    public async Task Failed_requests_are_counted_by_their_status()
    {
        Server.Service.OnClassify = (_, _) => throw new RpcException(new(StatusCode.InvalidArgument, "no"));

        var (exitCode, output, _) = await Shell.RunAsync(Server, "load --rate 100 --duration 1 --profile ring");

        Assert.Equal(1, exitCode);
        Assert.Contains("INVALID_ARGUMENT: 100 calls", output);
    }

    [Fact]
    public async Task A_server_that_stalls_makes_all_requests_late_that_were_due_meanwhile()
    {
        var clock = new FakeTimeProvider();
        var stall = new TaskCompletionSource();
        var begun = new ConcurrentBag<long>();
        var run = new LoadRun(100, TimeSpan.FromSeconds(1), AskAsync, clock);

        var running = run.RunAsync(CancellationToken.None);
        while (begun.Count < 100) clock.Advance(TimeSpan.FromMilliseconds(1));
        var stalledMs = clock.GetElapsedTime(0, clock.GetTimestamp()).TotalMilliseconds;
        stall.SetResult();
        await running.WaitAsync(Limit);

        var summary = run.Summary();
        Assert.Equal(100, summary.Ended);
        Assert.True(summary.Max >= TimeSpan.FromMilliseconds(980), $"{summary} after {stalledMs} ms");
        Assert.InRange((summary.Max - summary.P50).TotalMilliseconds, 450, 550);

        Task AskAsync(long number, CancellationToken cancellationToken)
        {
            begun.Add(number);
            return stall.Task;
        }
    }
}
