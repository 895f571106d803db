namespace AgentStatus.Client.Tests.Partitions;

/// <summary>Servers on one database that have a part of the companies each answer as one server that has all does, also
/// while companies are divided anew.</summary>
[MongoDb]
public sealed class DividedServersTests
{
    private const int Companies = 12;
    private const int Senders = 2;

    [Fact]
    public Task Two_parts_answer_as_one_server() => AnswerAsOneAsync(parts: 2, serversOfPart: 1);

    [Fact, Slow]
    public Task Two_parts_of_four_servers_each_answer_as_one_server() => AnswerAsOneAsync(parts: 2, serversOfPart: 4);

    [Fact]
    public Task One_part_becomes_two_and_no_request_fails() => DivideAsync(parts: 1);

    [Fact, Slow]
    public Task Four_parts_become_eight_and_no_request_fails() => DivideAsync(parts: 4);

    private static Task AnswerAsOneAsync(int parts, int serversOfPart) => Seeds.ForEachAsync(1, async random =>
    {
        using var database = TestDatabase.Require();
        using var divided = await DividedServers.StartAsync(database, parts, serversOfPart);
        using var one = await DividedServers.StartAsync(database, parts: 1);
        using var client = divided.Connect();
        var requests = new RandomRequests(Companies);
        await SendAsync(requests, random, _ => client, () => ProgressAsync(requests, 150));
        await AreAlikeAsync(requests, client, one);
    });

    /// <summary>As docs/scaling.md has it: the servers of the new parts start beside the old ones, clients go over, and
    /// the old ones stop.</summary>
    private static Task DivideAsync(int parts) => Seeds.ForEachAsync(1, async random =>
    {
        using var database = TestDatabase.Require();
        using var former = await DividedServers.StartAsync(database, parts);
        using var formerClient = former.Connect();
        AgentStatusClient[] clients = [formerClient];
        var requests = new RandomRequests(Companies);
        DividedServers? divided = null;
        try
        {
            await SendAsync(requests, random, own => own.GetItems(Volatile.Read(ref clients), 1)[0], async () =>
            {
                await ProgressAsync(requests, 50);
                divided = await DividedServers.StartAsync(database, 2 * parts);
                Volatile.Write(ref clients, [formerClient, divided.Connect()]);
                await ProgressAsync(requests, 50);
                Volatile.Write(ref clients, [clients[^1]]);
                await requests.AnsweredAsync(formerClient);
                await former.StopAsync();
                await ProgressAsync(requests, 50);
            });
            using var one = await DividedServers.StartAsync(database, parts: 1);
            await AreAlikeAsync(requests, clients[^1], one);
        }
        finally
        {
            if (divided is not null) clients[^1].Dispose();
            divided?.Dispose();
        }
    });

    private static async Task AreAlikeAsync(RandomRequests requests, AgentStatusClient client, DividedServers one)
    {
        using var clientOfOne = one.Connect();
        await requests.AnswerAlikeAsync(client, clientOfOne);
        await requests.IsSoundAsync(client);
        TestContext.Current.TestOutputHelper?.WriteLine($"{requests.Recorded} events");
    }

    /// <summary>Sends until the rest is done.</summary>
    private static async Task SendAsync(
        RandomRequests requests, Random random, Func<Random, AgentStatusClient> choose, Func<Task> meanwhile)
    {
        using var end = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Senders).Select(_ => new Random(random.Next()))
            .Select(own => Task.Run(() => requests.SendAsync(own, () => choose(own), end.Token))).ToList();
        try
        {
            await (await Task.WhenAny([meanwhile(), .. senders]));
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(senders);
        }
    }

    private static Task ProgressAsync(RandomRequests requests, int more)
    {
        var goal = requests.Recorded + more;
        return Until.TrueAsync(() => requests.Recorded >= goal, $"{more} more events are acknowledged");
    }
}
