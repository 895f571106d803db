using AgentStatus.V1;

namespace AgentStatus.Benchmarks.Samples;

/// <summary>Status changes of random agents, 30 % of them OFFLINE. One caller's thread only.</summary>
/// <param name="companies">Only agents of these; null: of all.</param>
internal sealed class StatusReports(int seed, int agents, CompanyPartition? companies = null)
{
    public const string Method = "/agentstatus.v1.AgentStatusService/RecordStatus";

    private static long _lastId;

    private readonly Random _random = new(seed);
    private readonly RecordStatusRequest _request = new();

    /// <summary>Who became what. Only explicit statuses, so that each OFFLINE shows.</summary>
    public (AgentKey Agent, Status Status, Origin Origin) Next()
    {
        var agent = SampleAgents.Any(_random, agents, companies);
        return _random.Next(100) switch
        {
            < 30 => (agent, Status.Offline, Origin.Agent),
            < 65 => (agent, Status.Online, Origin.Agent),
            < 85 => (agent, Status.Busy, Origin.Agent),
            _ => (agent, Status.Away, Origin.Supervisor),
        };
    }

    /// <summary>An id that no other has, in the shape of a UUID that sorts by time.</summary>
    public static string NextId() =>
        Interlocked.Increment(ref _lastId).ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>The same as a request; occurred_at is left to the server.</summary>
    public RecordStatusRequest NextRequest()
    {
        var (agent, status, origin) = Next();
        (_request.CompanyId, _request.AgentId) = (agent.CompanyId, agent.AgentId);
        (_request.Status, _request.Origin) = ((V1.AgentStatus)status, (StatusOrigin)origin);
        _request.EventId = $"b{NextId()}";
        return _request;
    }

    /// <summary>Throws where the answer is none.</summary>
    public static void Check(byte[] answer)
    {
        if (RecordStatusResponse.Parser.ParseFrom(answer).Durability != Durability.Stored)
            throw new InvalidOperationException("The event was not stored.");
    }
}
