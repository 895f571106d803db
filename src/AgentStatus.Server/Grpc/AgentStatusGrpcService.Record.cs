using System.Net;
using System.Runtime.ExceptionServices;
using System.Text;
using ADRaffy.ENSNormalize;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Recording;
using AgentStatus.V1;
using Grpc.Core;
using Status = AgentStatus.Core.Status;
using StatusEvent = AgentStatus.Core.StatusEvent;

namespace AgentStatus.Server.Grpc;

/// <content>RecordStatus.</content>
internal sealed partial class AgentStatusGrpcService
{
    public async Task<RecordStatusResponse> RecordStatus(RecordStatusRequest request, ServerCallContext context)
    {
        if (!writer.IsTaking) throw Refusals.NotWarm();
        var one = new RecordRequest(1);
        var command = Parse(request, request.CompanyId, clock.NowMs(), one);
        var caller = Queue(command, AddressOf(context));
        try
        {
            // Not cancelled with the request: the event is on its way, and the sender is gone either way.
            await one.Answered;
        }
        finally
        {
            caller.End();
        }

        return Recorded(command);
    }

    private static IPAddress? AddressOf(ServerCallContext context) =>
        context.GetHttpContext().Connection.RemoteIpAddress;

    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: there is no room for it.</exception>
    private Caller Queue(RecordCommand command, IPAddress? address)
    {
        var caller = callers.Begin(address, command.Agent, out var refused)
            ?? throw Refusals.OverLimit(refused.Message!, refused.RetryAfterMs);
        if (events.TryAdd(command)) return caller;
        caller.End();
        throw Refusals.QueueFull();
    }

    /// <exception cref="RpcException">ALREADY_EXISTS, OUT_OF_RANGE.</exception>
    /// <exception cref="StoreException">It was not recorded, or may not have been.</exception>
    private RecordStatusResponse Recorded(RecordCommand command)
    {
        if (command.Failure is { } failure) ExceptionDispatchInfo.Throw(failure);
        var result = command.Result;
        if (result.Outcome == Recording.RecordOutcome.Conflict) throw Refusals.OtherContent(result.EventId);
        if (result.Outcome == Recording.RecordOutcome.BeforeCut) throw Refusals.BeforeCut("occurred_at", cut.Ms);
        var isErased = result.Outcome == Recording.RecordOutcome.Erased;
        var response = new RecordStatusResponse
        {
            EventId = result.EventId,
            Outcome = isErased ? V1.RecordOutcome.Duplicate : (V1.RecordOutcome)result.Outcome,
            EffectiveStatus = (V1.AgentStatus)result.At.Status,
            Durability = DurabilityOf(isErased, result.IsSpooled),
        };
        if (result.At.Status != Status.Unknown && !result.At.NeedsStore)
            response.EffectiveSince = WireTime.Timestamp(Math.Max(result.At.SinceMs, cut.Ms));
        return response;
    }

    /// <summary>Of what was erased nothing is stored, and nothing will be.</summary>
    private static Durability DurabilityOf(bool isErased, bool isSpooled) =>
        isErased ? Durability.Unspecified : isSpooled ? Durability.Spooled : Durability.Stored;

    /// <summary>The event as a command of this request.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT, with all faults; RESOURCE_EXHAUSTED: the company has too many
    /// labels.</exception>
    private RecordCommand Parse(RecordStatusRequest given, long companyId, long nowMs, RecordRequest request)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", companyId);
        faults.CheckId("agent_id", given.AgentId);
        var (status, origin) = ((Status)given.Status, (Origin)given.Origin);
        CheckStatus(ref faults, given, status, origin);
        var occurredAtMs = faults.CheckPastInstant("occurred_at", given.OccurredAt, nowMs);
        faults.CheckAscii("event_id", given.EventId, Limits.EventIdCharacters, nameof(Limits.EventIdCharacters));
        faults.CheckAscii("device_id", given.DeviceId, Limits.DeviceIdCharacters, nameof(Limits.DeviceIdCharacters));
        if (given.CallId < 0) faults.CheckId("call_id", given.CallId);
        var label = CheckLabel(ref faults, given.Label);
        faults.CheckCodePoints("actor", given.Actor, Limits.ActorCodePoints, nameof(Limits.ActorCodePoints));
        CheckOrigin(ref faults, given, origin);
        faults.ThrowIfAny();
        if (!labels.MayUse(companyId, label)) throw Refusals.TooManyLabels(companyId);
        var e = new StatusEvent(new(companyId, given.AgentId), status, origin, occurredAtMs ?? 0, given.EventId)
        {
            Sequence = given.Sequence,
            CallId = given.CallId,
            DeviceId = given.DeviceId,
            Label = label,
            Actor = given.Actor,
        };
        return new(e, occurredAtMs is null, request);
    }

    private static void CheckStatus(ref RequestFaults faults, RecordStatusRequest given, Status status, Origin origin)
    {
        var isStatus = faults.CheckEnum("status", (int)given.Status, 1, (int)Status.Left);
        var isOrigin = faults.CheckEnum("origin", (int)given.Origin, 1, (int)Origin.System);
        if (isStatus && isOrigin && !StatusRules.MayCarry(origin, status))
            faults.Add("status", $"{NameOf(status)} may not come from origin {origin.ToString().ToUpperInvariant()}");
    }

    /// <summary>What only events of some origins have.</summary>
    private static void CheckOrigin(ref RequestFaults faults, RecordStatusRequest given, Origin origin)
    {
        if (given.CallId != 0 && origin != Origin.Call) faults.Add("call_id", "is for CALL events only");
        if (given.DeviceId.Length > 0 && origin is not (Origin.App or Origin.Agent))
            faults.Add("device_id", "is for APP and AGENT events only");
        if (given.Label.Length > 0 && origin is not (Origin.Agent or Origin.Supervisor or Origin.System))
            faults.Add("label", "is for AGENT, SUPERVISOR and SYSTEM events only");
    }

    /// <summary>The label as it is kept: without spaces around it, in Unicode's form NFC.</summary>
    private static string CheckLabel(ref RequestFaults faults, string given)
    {
        if (given.Length == 0) return "";
        var label = given.Trim();
        if (!Ascii.IsValid(label)) label = ENSNormalize.NF.NFC(label);
        var codePoints = label.EnumerateRunes().Count();
        if (codePoints == 0)
            faults.Add("label", "has spaces only");
        else if (codePoints > Limits.LabelCodePoints)
            faults.Add("label", $"has {codePoints} code points; LabelCodePoints is {Limits.LabelCodePoints}");
        else if (label.Any(char.IsControl))
            faults.Add("label", "may hold no control characters");
        return label;
    }

    private static string NameOf(Status status) => status switch
    {
        Status.OnCall => "ON_CALL",
        Status.WrapUp => "WRAP_UP",
        _ => status.ToString().ToUpperInvariant(),
    };
}
