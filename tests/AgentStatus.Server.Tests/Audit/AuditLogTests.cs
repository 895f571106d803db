using System.Collections.Concurrent;
using AgentStatus.Server.Tests.Access;
using AgentStatus.Server.Tests.Recording;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Audit;

/// <summary>What operators do, and who retracts events, is kept and listed; also while the store does not take
/// it.</summary>
public sealed class AuditLogTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Actions_are_listed_with_who_asked_when_and_what_became_of_it()
    {
        await using var server = await TestServer.StartAsync(Now, "--Http", "http://127.0.0.1:0");
        await RetractAsync(server, "by gRPC");
        server.Time.Advance(TimeSpan.FromSeconds(1));
        using var http = new HttpClient { BaseAddress = server.Http };
        using var body = new StringContent("""{"event_id": "by JSON"}""", null, "application/json");
        (await http.PostAsync("/v1/companies/2/events:retract", body)).EnsureSuccessStatusCode();
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await RebuildAsync(server, 7);

        // Neither an action nor a limit's refusal: what is malformed does not fill the log.
        await Assert.ThrowsAsync<RpcException>(() => RetractAsync(server, ""));
        await Assert.ThrowsAsync<RpcException>(() => RebuildAsync(server, -1));

        await server.RestartAsync();
        Assert.Equal(
            [
                new()
                {
                    RecordedAt = Now.ToTimestamp(), Identity = "anonymous", Address = "127.0.0.1",
                    Rpc = "RetractStatus", CompanyId = 1, EventId = "by gRPC", Outcome = "OK",
                },
                new()
                {
                    RecordedAt = Now.AddSeconds(1).ToTimestamp(), Identity = "anonymous", Address = "127.0.0.1",
                    Rpc = "RetractStatus", CompanyId = 2, EventId = "by JSON", Outcome = "OK",
                },
                new V1.AuditEntry
                {
                    RecordedAt = Now.AddSeconds(2).ToTimestamp(), Identity = "anonymous", Address = "127.0.0.1",
                    Rpc = "RebuildOfflinePeriods", CompanyId = 7, Outcome = "OK",
                },
            ],
            await ListAsync(server, new()));
    }

    [Fact]
    public async Task An_entry_has_the_name_of_the_key_and_none_is_there_of_who_may_not_ask()
    {
        using var keys = new KeyFile();
        await using var server = await keys.With("fixes", [Permission.Correct], 1).With("root", [Permission.Admin])
            .StartServerAsync(Now);
        await KeyFile.Service(server, "fixes").RetractStatusAsync(new() { CompanyId = 1, EventId = "a" });
        var refused = await Assert.ThrowsAsync<RpcException>(() => KeyFile.Service(server, "root").RetractStatusAsync(
            new() { CompanyId = 1, EventId = "b" }).ResponseAsync);
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);

        var entries = server.Store.Audit.Read(new(0, long.MinValue, long.MaxValue), 10);
        Assert.Equal([("fixes", "a")], entries.Select(entry => (entry.Identity, entry.EventId)));
    }

    [Fact]
    public async Task What_is_refused_or_fails_is_listed_with_its_status()
    {
        await using var server = await TestServer.StartOverAsync(Now, store => new ControlledStore(store));
        using var backup = Admin(server).Backup(new());

        // A store that cannot be copied.
        await Assert.ThrowsAsync<RpcException>(() => backup.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal(
            ["Backup FAILED_PRECONDITION"],
            (await ListAsync(server, new())).Select(entry => $"{entry.Rpc} {entry.Outcome}"));
    }

    [Fact]
    public async Task Pages_of_a_company_and_a_time_follow_each_other_though_instants_are_equal()
    {
        await using var server = await TestServer.StartAsync(Now);
        for (var second = 0; second < 3; second++)
        {
            for (var i = 0; i < 5; i++) await RetractAsync(server, $"{second}.{i}", 1 + (i % 2));
            server.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var request = new ListAuditLogRequest
        {
            CompanyId = 1,
            StartTime = Now.ToTimestamp(),
            EndTime = Now.AddSeconds(2).ToTimestamp(),
            PageSize = 1,
        };
        var entries = await ListAsync(server, request);
        Assert.Equal(
            ["0.0", "0.2", "0.4", "1.0", "1.2", "1.4"], entries.Select(entry => entry.EventId).Order());
        Assert.Equal(entries.Select(entry => entry.RecordedAt), entries.Select(entry => entry.RecordedAt).Order());

        request.PageToken = (await Admin(server).ListAuditLogAsync(request)).NextPageToken;
        request.CompanyId = 2;
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => Admin(server).ListAuditLogAsync(request).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task While_the_store_takes_no_entries_actions_are_answered_and_their_entries_wait_for_it()
    {
        var store = new FailingAuditStore();
        await using var server = await StartAsync(store);
        store.Failure = new StoreUnreachableException("away");
        await RetractAsync(server, "a");
        await RetractAsync(server, "b");
        Assert.Empty(store.Entries);
        Assert.Single(server.Log.Warnings, line => line.Contains("The audit log cannot be written: away"));

        store.Failure = null;
        await Until.TrueAsync(() =>
        {
            server.Time.Advance(Configuration.ServerLimits.AuditRetry);
            return store.Entries.Count == 2;
        });
        Assert.Equal(["a", "b"], store.Entries.Select(entry => entry.EventId));
        await RetractAsync(server, "c");
        Assert.Equal(["a", "b", "c"], store.Entries.Select(entry => entry.EventId));
    }

    [Fact]
    public async Task What_is_left_at_a_stop_is_in_the_programs_log()
    {
        var store = new FailingAuditStore { Failure = new StoreUnreachableException("away") };
        await using var server = await StartAsync(store);
        await RetractAsync(server, "a");
        await server.StopAsync();
        Assert.Single(server.Log.Warnings, line => line.Contains("anonymous from 127.0.0.1, RetractStatus, company 1, ")
            && line.EndsWith("event a: OK"));
    }

    private static Task<TestServer> StartAsync(IAuditStore audit) =>
        TestServer.StartOverAsync(Now, store => new ControlledStore(store) { Audit = audit });

    private static AdminService.AdminServiceClient Admin(TestServer server) => new(server.Channel);

    private static async Task RetractAsync(TestServer server, string eventId, long companyId = 1) =>
        await server.Service.RetractStatusAsync(new() { CompanyId = companyId, EventId = eventId });

    private static async Task RebuildAsync(TestServer server, long companyId)
    {
        using var rebuild = Admin(server).RebuildOfflinePeriods(new() { CompanyId = companyId });
        await foreach (var _ in rebuild.ResponseStream.ReadAllAsync()) server.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private static async Task<List<V1.AuditEntry>> ListAsync(TestServer server, ListAuditLogRequest request)
    {
        var entries = new List<V1.AuditEntry>();
        request = request.Clone();
        do
        {
            var page = await Admin(server).ListAuditLogAsync(request);
            entries.AddRange(page.Entries);
            Assert.True(page.NextPageToken.Length == 0 || page.NextPageToken != request.PageToken);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return entries;
    }

    /// <summary>Takes entries, or fails as it is told.</summary>
    private sealed class FailingAuditStore : IAuditStore
    {
        public volatile Exception? Failure;

        public ConcurrentQueue<Storage.AuditEntry> Entries { get; } = new();

        public void Add(IReadOnlyList<Storage.AuditEntry> entries)
        {
            if (Failure is { } failure) throw failure;
            foreach (var entry in entries) Entries.Enqueue(entry);
        }

        public IReadOnlyList<Storage.AuditEntry> Read(AuditQuery query, int most) => [.. Entries];
    }
}
