using AgentStatus.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>The month's breakdown as a report backend fetches it: all pages, by an ordinary client.</summary>
internal sealed class BreakdownOverGrpc(int port, BreakdownCase month) : IDisposable
{
    public const string Method = "/agentstatus.v1.AgentStatusService/GetBreakdown";

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");

    /// <summary>Fetches everything.</summary>
    public List<GetBreakdownResponse> Fetch()
    {
        var client = new AgentStatusService.AgentStatusServiceClient(_channel);
        var request = Request(month);
        var pages = new List<GetBreakdownResponse>();
        do
        {
            pages.Add(client.GetBreakdown(request));
            request.PageToken = pages[^1].NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return pages;
    }

    /// <summary>For the first page.</summary>
    public static GetBreakdownRequest Request(BreakdownCase month) => new()
    {
        CompanyId = month.CompanyId,
        StartTime = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(month.FromMs)),
        EndTime = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(month.ToMs)),
        Granularity = Granularity.Day,
        PageSize = 1_000,
    };

    /// <summary>The answer in the shape that is compared.</summary>
    public static Dictionary<DayOfAgent, long[]> Read(IEnumerable<GetBreakdownResponse> pages) => (
        from page in pages
        from agent in page.Agents
        from bucket in agent.Buckets
        select (Key: new DayOfAgent(agent.AgentId, Ms(bucket.StartTime)), Value: Read(bucket)))
        .ToDictionary(day => day.Key, day => day.Value);

    public void Dispose() => _channel.Dispose();

    private static long[] Read(BreakdownBucket bucket)
    {
        var elapsedMs = new long[DayOfAgent.Columns];
        elapsedMs[DayOfAgent.Unknown] = Ms(bucket.Unknown);
        elapsedMs[DayOfAgent.OutsideHours] = Ms(bucket.OutsideHours);
        foreach (var duration in bucket.Durations) elapsedMs[(int)duration.Status] = Ms(duration.Duration);
        return elapsedMs;
    }

    private static long Ms(Timestamp instant) => instant.ToDateTimeOffset().ToUnixTimeMilliseconds();

    private static long Ms(Duration elapsed) => (elapsed.Seconds * 1_000) + (elapsed.Nanos / 1_000_000);
}
