using AgentStatus.Server.Access;
using AgentStatus.Server.Audit;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <summary>Runs handlers whose requests go to the audit log, with the ids that they name and the status that they end
/// with: but for requests that are malformed or over a limit. The answer waits for the entry
/// (<see cref="AuditLog.AddAsync"/>).</summary>
internal sealed class AuditedRequests(AuditLog audit, ErrorBoundary boundary, TimeProvider clock)
{
    /// <summary>Runs the handler; the ids are in the request's fields of these names.</summary>
    public async Task<TResponse> RunAsync<TResponse>(
        string rpc, IMessage request, Func<Task<TResponse>> handler, ServerCallContext context)
    {
        StatusCode? outcome = StatusCode.OK;
        try
        {
            return await boundary.RunAsync(handler, context);
        }
        catch (RpcException refused)
        {
            outcome = IsNoAction(refused.StatusCode) ? null : refused.StatusCode;
            throw;
        }
        finally
        {
            if (outcome is { } code) await audit.AddAsync(Entry(rpc, request, code, context));
        }
    }

    /// <summary>Nothing was done, and anybody could fill the log with it. Who may not ask does not get as far as
    /// this.</summary>
    private static bool IsNoAction(StatusCode code) =>
        code is StatusCode.InvalidArgument or StatusCode.ResourceExhausted;

    private AuditEntry Entry(string rpc, IMessage request, StatusCode outcome, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        return new(
            clock.NowMs(), Guid.NewGuid().ToString("N"), Identity.Of(http).Name,
            Identity.PeerOf(http), rpc, NumberOf(request, "company_id"), AgentOf(rpc, request),
            TextOf(request, "event_id"), WireName(outcome));
    }

    /// <summary>Who was erased is not to be found here either.</summary>
    private static long AgentOf(string rpc, IMessage request) =>
        rpc == nameof(AdminGrpcService.EraseAgent) ? 0 : NumberOf(request, "agent_id");

    private static long NumberOf(IMessage request, string field) =>
        Find(request, field, FieldType.Int64) is long number ? number : 0;

    /// <summary>An id of a refused request may be anything: what is not one of ours is left out.</summary>
    private static string TextOf(IMessage request, string field) =>
        Find(request, field, FieldType.String) is string { Length: <= Limits.EventIdCharacters } text
            && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? text : "";

    private static object? Find(IMessage request, string field, FieldType type) =>
        request.Descriptor.FindFieldByName(field) is { IsRepeated: false } found && found.FieldType == type
            ? found.Accessor.GetValue(request)
            : null;

    /// <summary>As the protocol writes it: INVALID_ARGUMENT.</summary>
    private static string WireName(StatusCode code) => code == StatusCode.OK
        ? "OK"
        : string.Concat($"{code}".Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}

/// <summary>Binds the methods of a service for operators so that all requests go to the audit log, but for those that
/// read it.</summary>
internal sealed class AuditedMethods(ServiceBinderBase inner, AuditedRequests audited) : ServiceBinderBase
{
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) => inner.AddMethod(
        method,
        method.Name == nameof(AdminGrpcService.ListAuditLog)
            ? handler
            : (request, context) => audited.RunAsync(
                method.Name, (IMessage)request, () => handler!(request, context), context));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(
            method,
            (request, responses, context) => audited.RunAsync(
                method.Name,
                (IMessage)request,
                async () =>
                {
                    await handler!(request, responses, context);
                    return true;
                },
                context));
}
