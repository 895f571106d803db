using AgentStatus.Server.Breakdowns;
using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Calls;

/// <summary>Binds the service as generated, but GetBreakdown with an answer that is bytes already.</summary>
internal static class PackedBreakdowns
{
    public static void Bind(ServiceBinderBase binder, AgentStatusCalls calls) =>
        AgentStatusService.BindService(new Binder(binder, calls), calls);

    private sealed class Binder(ServiceBinderBase inner, AgentStatusCalls calls) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            if (method is Method<GetBreakdownRequest, GetBreakdownResponse> breakdown)
                inner.AddMethod(Packed(breakdown), calls.GetBreakdownPage);
            else
                inner.AddMethod(method, handler);
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            inner.AddMethod(method, handler);
    }

    private static Method<GetBreakdownRequest, BreakdownPage> Packed(
        Method<GetBreakdownRequest, GetBreakdownResponse> method) =>
        new(method.Type, method.ServiceName, method.Name, method.RequestMarshaller, BreakdownPage.Marshaller);
}
