using AgentStatus.Server.Recording;
using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <content>RecordStatuses: each event as RecordStatus has it.</content>
internal sealed partial class AgentStatusGrpcService
{
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
                var command = Parse(e, request.CompanyId, nowMs, all);
                queued.Add((i, command, Queue(command, AddressOf(context))));
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
}
