using AgentStatus.Server.Breakdowns;
using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Calls.Packed;

/// <summary>
/// Binds the service as generated, but those of its calls whose messages are large with messages of our own: bytes
/// already, where generated ones cost more than all the rest of the call. On the wire there is no difference.
/// </summary>
internal static class PackedBinding
{
    public static void Bind(ServiceBinderBase binder, AgentStatusCalls calls, RingGroupCalls groups)
    {
        AgentStatusService.BindService(new Binder(binder, calls), calls);
        binder.AddMethod(RingGroupMethods.Group, groups.ClassifyRingTargets);
        binder.AddMethod(RingGroupMethods.Stream, groups.StreamRingTargets);
    }

    private sealed class Binder(ServiceBinderBase inner, AgentStatusCalls calls) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            if (method is Method<GetBreakdownRequest, GetBreakdownResponse> breakdown)
                inner.AddMethod(Packed(breakdown), calls.GetBreakdownPage);
            else if (method.Name != RingGroupMethods.Group.Name)
                inner.AddMethod(method, handler);
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            if (method.Name != RingGroupMethods.Stream.Name) inner.AddMethod(method, handler);
        }
    }

    private static Method<GetBreakdownRequest, BreakdownPage> Packed(
        Method<GetBreakdownRequest, GetBreakdownResponse> method) =>
        new(method.Type, method.ServiceName, method.Name, method.RequestMarshaller, BreakdownPage.Marshaller);
}
