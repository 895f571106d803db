using System.Runtime.ExceptionServices;
using AgentStatus.Server.Recording;
using AgentStatus.V1;
using Grpc.Core;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Grpc;

/// <content>RecordStatus and RecordStatuses.</content>
internal sealed partial class AgentStatusGrpcService
{
    public async Task<RecordStatusResponse> RecordStatus(RecordStatusRequest request, ServerCallContext context)
    {
        if (!writer.IsTaking) throw Refusals.NotWarm();
        var one = new RecordRequest(1);
        var command = EventRequest.Parse(request, request.CompanyId, clock.NowMs(), labels, one);
        var caller = Queue(command, context.Peer);
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

    public async Task<RecordStatusesResponse> RecordStatuses(RecordStatusesRequest request, ServerCallContext context)
    {
        if (!writer.IsTaking) throw Refusals.NotWarm();
        CheckBatch(request);
        var nowMs = clock.NowMs();
        var results = new RecordStatusesResult[request.Events.Count];
        var all = new RecordRequest(results.Length);
        var queued = new List<(int Index, RecordCommand Command, Caller Caller)>(results.Length);
        for (var i = 0; i < results.Length; i++)
        {
            try
            {
                var e = request.Events[i];
                if (e.CompanyId != 0 && e.CompanyId != request.CompanyId)
                    throw Refusals.Invalid("company_id", "is not the company_id of the request");
                var command = EventRequest.Parse(e, request.CompanyId, nowMs, labels, all);
                queued.Add((i, command, Queue(command, context.Peer)));
            }
            catch (RpcException refused)
            {
                results[i] = new() { Error = Refusals.OnStream(refused) };
                all.AnswerOne();
            }
        }

        if (results.Length > 0) await all.Answered;
        foreach (var (i, command, caller) in queued)
        {
            caller.End();
            results[i] = Result(command);
        }

        return new() { Results = { results } };
    }

    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: there is no room for it.</exception>
    private Caller Queue(RecordCommand command, string peer)
    {
        var caller = callers.Begin(peer, command.Agent, out var refused)
            ?? throw Refusals.OverLimit(refused.Message!, refused.RetryAfterMs);
        if (writer.TryRecord(command)) return caller;
        caller.End();
        throw Refusals.QueueFull();
    }

    private static void CheckBatch(RecordStatusesRequest request)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        if (request.Events.Count > Limits.BatchEvents)
            faults.Add("events", $"has {request.Events.Count} entries; BatchEvents is {Limits.BatchEvents}");
        faults.ThrowIfAny();
    }

    private RecordStatusesResult Result(RecordCommand command)
    {
        try
        {
            return new() { Recorded = Recorded(command) };
        }
        catch (RpcException refused)
        {
            return new() { Error = Refusals.OnStream(refused) };
        }
        catch (SpoolFullException full)
        {
            return new() { Error = Refusals.OnStream(Refusals.SpoolFull(full.ForClients)) };
        }
        catch (StoreException failure)
        {
            return new() { Error = Refusals.OnStream(Refusals.Unavailable(failure.ForClients)) };
        }
    }

    /// <exception cref="RpcException">ALREADY_EXISTS, OUT_OF_RANGE.</exception>
    /// <exception cref="StoreException">It was not recorded, or may not have been.</exception>
    private RecordStatusResponse Recorded(RecordCommand command)
    {
        if (command.Failure is { } failure) ExceptionDispatchInfo.Throw(failure);
        var result = command.Result;
        if (result.Outcome == Recording.RecordOutcome.Conflict) throw Refusals.OtherContent(result.EventId);
        if (result.Outcome == Recording.RecordOutcome.BeforeCut) throw Refusals.BeforeCut("occurred_at", cut.Ms);
        var response = new RecordStatusResponse
        {
            EventId = result.EventId,
            Outcome = (V1.RecordOutcome)result.Outcome,
            EffectiveStatus = (V1.AgentStatus)result.At.Status,
            Durability = result.IsSpooled ? Durability.Spooled : Durability.Stored,
        };
        if (result.At.Status != Status.Unknown && !result.At.NeedsStore)
            response.EffectiveSince = WireTime.Timestamp(Math.Max(result.At.SinceMs, cut.Ms));
        return response;
    }
}
