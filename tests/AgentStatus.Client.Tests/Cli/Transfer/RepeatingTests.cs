using System.Collections.Concurrent;

namespace AgentStatus.Client.Tests.Cli.Transfer;

/// <summary>Transfers and a server that has no room now and then, or fails.</summary>
public sealed class RepeatingTests : FakeServerTests, IDisposable
{
    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task What_the_server_has_no_room_for_is_sent_again_and_nothing_is_lost()
    {
        var (taken, requests) = (new ConcurrentDictionary<string, RecordStatusRequest>(), 0);
        Server.Service.OnRecordBatch = request =>
        {
            if (Interlocked.Increment(ref requests) % 3 == 1) throw Errors.Of(StatusCode.Unavailable);
            var answer = new RecordStatusesResponse();
            foreach (var e in request.Events)
            {
                var hasRoom = (e.AgentId + requests) % 4 > 0;
                if (hasRoom) Assert.True(taken.TryAdd(e.EventId, e));
                answer.Results.Add(hasRoom
                    ? new RecordStatusesResult { Recorded = new() { EventId = e.EventId } }
                    : new() { Error = new() { Code = (int)StatusCode.ResourceExhausted, Message = "full" } });
            }

            return answer;
        };
        var file = _files.File("many.csv");
        await File.WriteAllLinesAsync(file, Enumerable.Range(1, 3_000)
            .Select(i => $"{1 + (i % 50)},online,agent,2025-09-01T08:00:00Z").Prepend("agent_id,status,origin,occurred_at"));

        var (exitCode, output, error) = await Shell.RunAsync(Server, $"import {file} --company 7");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("3,000 events recorded", output);
        Assert.Equal(3_000, taken.Count);
        Assert.All(Enumerable.Range(2, 3_000), line => Assert.Equal(line, taken[$"many.csv:{line}"].Sequence));
        Assert.All(Server.Service.BatchesRecorded, batch => Assert.InRange(batch.Events.Count, 1, 1_000));
    }

    [Fact]
    public async Task An_export_that_fails_leaves_the_earlier_file_as_it_was()
    {
        var file = _files.File("events.csv");
        await File.WriteAllTextAsync(file, "earlier");
        Server.Service.OnBreakdown = _ => new() { Agents = { new AgentBreakdown { AgentId = 1 } } };
        Server.Service.OnListEvents = request => request.PageToken.Length == 0
            ? new() { Events = { new StatusEvent { EventId = "a", OccurredAt = new(), RecordedAt = new() } }, NextPageToken = "x" }
            : throw Errors.Of(StatusCode.Internal);

        var (exitCode, _, error) = await Shell.RunAsync(Server, $"export --company 7 --output {file}");

        Assert.Equal((1, "agentstatus: INTERNAL: for a test"), (exitCode, error));
        Assert.Equal("earlier", await File.ReadAllTextAsync(file));
        Assert.Single(Directory.GetFiles(_files.Path));
    }
}
