using AgentStatus.Core;
using AgentStatus.Core.Rings;
using AgentStatus.Server.Calls.Packed;
using AgentStatus.V1;

namespace AgentStatus.Server.Calls;

/// <summary>The three requests that classify rings: checked the same way.</summary>
internal static class RingRequests
{
    private const int LastOutcome = (int)Core.Rings.RingOutcome.Answered;

    /// <summary>ring_at in milliseconds.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, with all faults.</exception>
    public static long Check(Ring request, long nowMs)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        faults.CheckId("agent_id", request.AgentId);
        var ringAtMs = CheckCall(ref faults, request, nowMs);
        faults.CheckEnum("outcome", request.Outcome, 0, LastOutcome);
        faults.ThrowIfAny();
        return ringAtMs;
    }

    /// <summary>ring_at in milliseconds.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, with all faults.</exception>
    public static long Check(RingGroup request, long nowMs)
    {
        var ringAtMs = Check(request, nowMs, out var faults);
        faults.ThrowIfAny();
        return ringAtMs;
    }

    /// <summary>
    /// ring_at in milliseconds, and what is wrong: on a stream a bad request is answered, not thrown.
    /// </summary>
    public static long Check(RingGroup request, long nowMs, out RequestFaults faults)
    {
        faults = default;
        faults.CheckId("company_id", request.CompanyId);
        var ringAtMs = CheckCall(ref faults, request, nowMs);
        CheckTargets(ref faults, request);
        return ringAtMs;
    }

    private static long CheckCall(ref RequestFaults faults, RingCall request, long nowMs)
    {
        faults.CheckOptionalId("call_id", request.CallId);
        faults.CheckOptionalId("ring_group_id", request.RingGroupId);
        faults.CheckEnum("queue_rule", request.QueueRule, 0, (int)QueueRule.AvailableOnly);
        return faults.CheckPastInstant("ring_at", request.RingAt, nowMs) ?? nowMs;
    }

    private static void CheckTargets(ref RequestFaults faults, RingGroup request)
    {
        if (request.TargetCount > Limits.RingTargets)
        {
            faults.Add("targets", $"has {request.TargetCount} entries; RingTargets is {Limits.RingTargets}");
            return;
        }

        var targets = request.Targets;
        for (var i = 0; i < targets.Length; i++)
        {
            var target = targets[i];
            if (target.AgentId <= 0) faults.CheckId($"targets[{i}].agent_id", target.AgentId);
            if ((uint)target.Outcome > LastOutcome)
                faults.CheckEnum($"targets[{i}].outcome", target.Outcome, 0, LastOutcome);
        }
    }
}
