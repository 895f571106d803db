using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Tests.Running;

/// <summary>What most tests ask, in a line: about agent 1 of company 1 unless they say otherwise.</summary>
internal static class Requests
{
    public static RecordStatusRequest Event(
        V1.AgentStatus status, Timestamp? at = null, string id = "", StatusOrigin origin = StatusOrigin.Agent,
        long agentId = 1, long companyId = 1) => new()
        {
            CompanyId = companyId,
            AgentId = agentId,
            Status = status,
            Origin = origin,
            OccurredAt = at,
            EventId = id,
        };

    public static async Task<RecordStatusResponse> RecordAsync(
        this AgentStatusService.AgentStatusServiceClient service, V1.AgentStatus status, Timestamp? at = null,
        string id = "", StatusOrigin origin = StatusOrigin.Agent, long agentId = 1, long companyId = 1) =>
        await service.RecordStatusAsync(Event(status, at, id, origin, agentId, companyId));

    public static async Task<ClassifyRingTargetResponse> ClassifyAsync(
        this AgentStatusService.AgentStatusServiceClient service, long agentId = 1, Timestamp? at = null) =>
        await service.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = agentId, RingAt = at });

    /// <summary>When each stored offline period of an agent of company 1 began and ended.</summary>
    public static IEnumerable<(long StartMs, long? EndMs)> Offline(this IStatusStore store, long agentId = 1) =>
        store.OfflinePeriods.Read(new(1, agentId), Limits.FirstInstantMs)
            .Select(period => (period.StartedAtMs, period.EndedAtMs));
}
