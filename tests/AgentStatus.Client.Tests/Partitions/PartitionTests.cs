namespace AgentStatus.Client.Tests.Partitions;

/// <summary>A client of servers that have a part of the companies each. Of two parts company 1 is in the first, 2 in
/// the second.</summary>
public sealed class PartitionTests : IAsyncLifetime
{
    private readonly List<FakeServer> _servers = [];

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 3; i++) _servers.Add(await FakeServer.StartAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
    }

    [Theory]
    [InlineData(1, 0, 2, 6)]
    [InlineData(2, 1, 3, 3)]
    [InlineData(7, 1, 1, 1)]
    [InlineData(280197, 0, 2, 6)]
    [InlineData(168807, 1, 1, 1)]
    [InlineData(long.MaxValue, 1, 3, 7)]
    public void Companies_are_where_the_servers_have_them(long companyId, int of2, int of4, int of8)
    {
        Assert.Equal(0, PartitionHash.IndexOf(companyId, 1));
        Assert.Equal(of2, PartitionHash.IndexOf(companyId, 2));
        Assert.Equal(of4, PartitionHash.IndexOf(companyId, 4));
        Assert.Equal(of8, PartitionHash.IndexOf(companyId, 8));
    }

    [Fact]
    public async Task Each_request_goes_to_its_company()
    {
        using var client = Connect();
        for (var companyId = 1; companyId <= 2; companyId++)
        {
            var service = _servers[companyId - 1].Service;
            await client.RecordStatusAsync(new() { CompanyId = companyId });
            await client.RecordStatusesAsync(
                new() { CompanyId = companyId, Events = { new RecordStatusRequest { AgentId = 1 } } });
            await client.RetractStatusAsync(new() { CompanyId = companyId });
            await foreach (var _ in client.ListStatusEventsAsync(new() { CompanyId = companyId })) { }
            await client.ClassifyRingTargetAsync(new() { CompanyId = companyId });
            await client.ClassifyRingTargetsAsync(new() { CompanyId = companyId });
            await client.GetCallStepsAsync(new() { CompanyId = companyId });
            await foreach (var _ in client.ListCallsAsync(new() { CompanyId = companyId })) { }
            await foreach (var _ in client.GetBreakdownAsync(new() { CompanyId = companyId })) { }
            service.OnWatch = (_, messages, _) => messages.WriteAsync(new());
            await foreach (var _ in client.WatchStatusesAsync(new() { CompanyId = companyId })) break;
            Assert.Equal(
                Enumerable.Repeat((long)companyId, 10),
                [
                    .. service.Recorded.Select(one => one.CompanyId),
                    .. service.BatchesRecorded.Select(one => one.CompanyId),
                    .. service.Retracted.Select(one => one.CompanyId),
                    .. service.EventsListed.Select(one => one.CompanyId),
                    .. service.Classified.Select(one => one.CompanyId),
                    .. service.GroupsClassified.Select(one => one.CompanyId),
                    .. service.StepsAsked.Select(one => one.CompanyId),
                    .. service.CallsListed.Select(one => one.CompanyId),
                    .. service.BrokenDown.Select(one => one.CompanyId),
                    .. service.Watched.Select(one => one.CompanyId),
                ]);
        }
    }

    [Fact]
    public async Task A_stream_of_rings_goes_to_all_parts()
    {
        var asked = new List<long>[] { [], [] };
        for (var i = 0; i < 2; i++)
        {
            var seen = asked[i];
            _servers[i].Service.OnStream = async stream =>
            {
                await foreach (var request in stream.Requests)
                {
                    seen.Add(request.CompanyId);
                    await stream.AnswerAsync(request);
                }
            };
        }

        using var client = Connect();
        await using (var stream = client.OpenRingTargetStream())
            for (var companyId = 1; companyId <= 20; companyId++)
                await stream.ClassifyAsync(
                    new() { CompanyId = companyId, Targets = { new RingTarget { AgentId = 1 } } });
        Assert.Equal(Enumerable.Range(1, 20).Select(id => (long)id), asked.SelectMany(ids => ids).Order());
        for (var i = 0; i < 2; i++) Assert.All(asked[i], id => Assert.Equal(i, PartitionHash.IndexOf(id, 2)));
    }

    [Fact]
    public async Task The_servers_of_a_part_are_asked_by_turns_and_one_that_is_gone_is_not()
    {
        using var client = Connect(options => options.Partitions = [[_servers[0].Endpoint, _servers[2].Endpoint]]);
        await Until.TrueAsync(async () =>
        {
            await client.ClassifyRingTargetAsync(new() { CompanyId = 1 });
            return !_servers[0].Service.Classified.IsEmpty && !_servers[2].Service.Classified.IsEmpty;
        });
        await _servers[0].DisposeAsync();
        for (var i = 0; i < 20; i++) await client.ClassifyRingTargetAsync(new() { CompanyId = 1 });
    }

    [Fact]
    public async Task What_names_no_company_is_no_parts()
    {
        using var client = Connect();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var _ in client.VerifyAsync(companyId: null)) { }
        });
        Assert.StartsWith("Verify without a company concerns each server by itself", refused.Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.BackupAsync(Stream.Null));
    }

    [Fact]
    public async Task A_proxy_is_told_the_part()
    {
        var said = new List<string?>();
        _servers[0].Service.OnClassify = (_, context) =>
        {
            said.Add(context.RequestHeaders.GetValue("agentstatus-partition"));
            return Task.FromResult(new ClassifyRingTargetResponse());
        };
        using var plain = _servers[0].Connect();
        await plain.ClassifyRingTargetAsync(new() { CompanyId = 1 });
        using var proxied = _servers[0].Connect(options => options.ProxiedPartitions = 8);
        await proxied.ClassifyRingTargetAsync(new() { CompanyId = 1 });
        await proxied.ClassifyRingTargetAsync(new() { CompanyId = 2 });
        Assert.Equal([null, "7/8", "4/8"], said);
    }

    [Fact]
    public void Parts_are_checked()
    {
        var good = _servers[0].Endpoint;
        foreach (var (parts, proxied, fault) in (List<(IList<IList<Uri>>, int, string)>)[
            ([[good], []], 0, "Partitions[1] must be addresses"),
            ([[new Uri("ftp://host")]], 0, "Partitions[0] must be addresses"),
            ([[good, new Uri("https://host")]], 0, "Partitions[0] must be addresses"),
            ([[good, new Uri("unix:/socket")]], 0, "Partitions[0] must be addresses"),
            ([.. Enumerable.Repeat<IList<Uri>>([good], 1_025)], 0, "Partitions has 1025 parts"),
            ([[good]], 8, "Partitions and ProxiedPartitions are both set."),
            ([], 1, "ProxiedPartitions must be 0, or 2 to 1024")])
        {
            var refused = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(
                () => new AgentStatusClient(new() { Partitions = parts, ProxiedPartitions = proxied }));
            Assert.StartsWith(fault, Assert.Single(refused.Failures));
        }
    }

    private AgentStatusClient Connect(Action<AgentStatusClientOptions>? configure = null) =>
        _servers[0].Connect(options =>
        {
            options.Partitions = [[_servers[0].Endpoint], [_servers[1].Endpoint]];
            configure?.Invoke(options);
        });
}
