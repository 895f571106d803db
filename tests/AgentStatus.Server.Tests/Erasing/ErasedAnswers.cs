using Grpc.Core;

namespace AgentStatus.Server.Tests.Erasing;

/// <summary>All that a server answers about a company, as text: two servers that know the same say the same.</summary>
internal static class ErasedAnswers
{
    public const long CompanyId = 280197;

    public static async Task<List<string>> OfAsync(
        TestServer server, IReadOnlyList<long> agentIds, IReadOnlyList<long> instantsMs, IReadOnlyList<long> callIds)
    {
        var said = new List<string>();
        foreach (var agentId in agentIds)
        {
            foreach (var atMs in instantsMs)
            {
                said.Add($"{await server.Service.ClassifyRingTargetAsync(
                    new() { CompanyId = CompanyId, AgentId = agentId, RingAt = Times.At(atMs) })}");
            }

            said.Add($"{await server.Service.ListStatusEventsAsync(
                new() { CompanyId = CompanyId, AgentId = agentId })}");
            said.Add($"{await BreakdownAsync(server, instantsMs, agentId)}");
        }

        said.Add($"{await BreakdownAsync(server, instantsMs)}");
        foreach (var callId in callIds)
            said.Add($"{await server.Service.GetCallStepsAsync(new() { CompanyId = CompanyId, CallId = callId })}");
        said.Add($"{await server.Service.ListCallsAsync(new()
        {
            CompanyId = CompanyId,
            StartTime = Times.At(instantsMs.Min()),
            EndTime = Times.At(instantsMs.Max() + 1),
        })}");
        said.Add($"{await server.Service.GetCompanyHoursAsync(new() { CompanyId = CompanyId })}");
        said.Add(await WatchedAsync(server));
        return said;
    }

    /// <summary>The stored offline periods of these agents.</summary>
    public static List<string> PeriodsOf(TestServer server, IReadOnlyList<long> agentIds) =>
    [
        .. agentIds.SelectMany(agentId => server.Store.OfflinePeriods.Read(
            new(CompanyId, agentId), Limits.FirstInstantMs)).Select(
                period => $"{period.Agent} {period.StartedAtMs} {period.EndedAtMs}"),
    ];

    /// <summary>What `agentstatus verify` would say.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(TestServer server)
    {
        using var call = new V1.AdminService.AdminServiceClient(server.Channel).Verify(new());
        var faults = new List<string>();
        await foreach (var message in call.ResponseStream.ReadAllAsync())
            faults.AddRange(message.Faults.Select(fault => $"{fault}"));
        return faults;
    }

    /// <summary>Erases, while the clocks go on.</summary>
    /// <param name="others">Further servers on the same database.</param>
    public static async Task<V1.ErasedCounts> EraseAsync(
        TestServer server, long? agentId = null, params TestServer[] others)
    {
        var erasing = BeginAsync(server, agentId);
        await Until.TrueAsync(() =>
        {
            foreach (var one in others.Append(server))
                if (!erasing.IsCompleted) one.Time.Advance(TimeSpan.FromSeconds(1));
            return erasing.IsCompleted;
        }, () => $"erased; the log: {string.Join('\n', server.Log.Warnings)}");
        return await erasing;
    }

    /// <summary>Asks to erase, and no more.</summary>
    public static async Task<V1.ErasedCounts> BeginAsync(TestServer server, long? agentId = null)
    {
        var admin = new V1.AdminService.AdminServiceClient(server.Channel);
        return agentId is { } id
            ? (await admin.EraseAgentAsync(new() { CompanyId = CompanyId, AgentId = id })).Erased
            : (await admin.EraseCompanyAsync(new() { CompanyId = CompanyId })).Erased;
    }

    private static async Task<GetBreakdownResponse> BreakdownAsync(
        TestServer server, IReadOnlyList<long> instantsMs, params long[] agentIds) =>
        await server.Service.GetBreakdownAsync(new()
        {
            CompanyId = CompanyId,
            AgentIds = { agentIds },
            StartTime = Times.At(instantsMs.Min()),
            EndTime = Times.At(Math.Max(instantsMs.Min() + 1, instantsMs.Max())),
            IncludeSegments = true,
        });

    /// <summary>What a watcher of the company is told first.</summary>
    private static async Task<string> WatchedAsync(TestServer server)
    {
        using var watch = server.Service.WatchStatuses(new() { CompanyId = CompanyId });
        Assert.True(await watch.ResponseStream.MoveNext());
        return string.Join('\n', watch.ResponseStream.Current.Agents.OrderBy(agent => agent.AgentId));
    }
}
