namespace AgentStatus.Server.Tests.Recording;

/// <summary>Pages of ListStatusEvents where very many events have one instant.</summary>
public sealed class EventListTests
{
    private const int Events = 12_000;
    private const int PageSize = 1_000;

    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly long InstantMs = Now.AddDays(-100).ToUnixTimeMilliseconds();

    [Fact]
    public async Task Pages_of_one_instant_have_each_event_once_and_none_reads_what_others_have()
    {
        ControlledStore store = null!;
        await using var server = await TestServer.StartOverAsync(Now, real =>
        {
            real.LoadRetractions();
            real.Append(
            [
                Stored(InstantMs - 1, "before"),
                .. Enumerable.Range(0, Events).Select(i => Stored(InstantMs, $"{i:00000}")),
            ]);
            return store = new ControlledStore(real);
        });
        var request = new ListStatusEventsRequest { CompanyId = 1, AgentId = 1, PageSize = PageSize };
        var listed = new List<V1.StatusEvent>();
        do
        {
            store.Reads.Clear();
            var page = await server.Service.ListStatusEventsAsync(request);
            listed.AddRange(page.Events);
            request.PageToken = page.NextPageToken;
            var read = store.Reads.Where(read => read.Thread != "offline-periods").Sum(read => read.Events);
            Assert.InRange(read, page.Events.Count, PageSize + ServerLimits.JudgedEvents + 2);
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(
            Enumerable.Range(0, Events).Select(i => $"{i:00000}").Prepend("before"), listed.Select(e => e.EventId));

        // Too many to tell which of them counts, but not whether the one before does.
        Assert.All(listed, e => Assert.Equal(RecordOutcome.Unspecified, e.Outcome));
        var first = await server.Service.ListStatusEventsAsync(
            new() { CompanyId = 1, AgentId = 1, EndTime = Times.At(InstantMs) });
        Assert.Equal(RecordOutcome.Applied, Assert.Single(first.Events).Outcome);
    }

    private static EventToAppend Stored(long occurredAtMs, string id) => new(
        new(new(1, 1), Core.Status.Away, Origin.Agent, occurredAtMs, id), occurredAtMs, AnyOccurredAt: false);
}
