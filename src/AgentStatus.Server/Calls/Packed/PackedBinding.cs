using AgentStatus.Server.Breakdowns;
using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Calls.Packed;

/// <summary>
/// Binds the service as generated, but those of its calls that are asked most, or whose messages are large, with
/// messages of our own: they read and write themselves, where generated ones cost more than all the rest of the
/// handler. On the wire there is no difference.
/// </summary>
internal static class PackedBinding
{
    public static void Bind(ServiceBinderBase binder, AgentStatusCalls calls, RingCalls rings)
    {
        AgentStatusService.BindService(new Binder(binder, calls), calls);
        binder.AddMethod(RingMethods.One, rings.ClassifyRingTarget);
        binder.AddMethod(RingMethods.Group, rings.ClassifyRingTargets);
        binder.AddMethod(RingMethods.Stream, rings.StreamRingTargets);
    }

    private sealed class Binder(ServiceBinderBase inner, AgentStatusCalls calls) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            if (method is Method<GetBreakdownRequest, GetBreakdownResponse> breakdown)
                inner.AddMethod(Packed(breakdown), calls.GetBreakdownPage);
            else if (method.Name != RingMethods.One.Name && method.Name != RingMethods.Group.Name)
                inner.AddMethod(method, handler);
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            if (method.Name != RingMethods.Stream.Name) inner.AddMethod(method, handler);
        }
    }

    private static Method<GetBreakdownRequest, BreakdownPage> Packed(
        Method<GetBreakdownRequest, GetBreakdownResponse> method) =>
        new(method.Type, method.ServiceName, method.Name, method.RequestMarshaller, BreakdownPage.Marshaller);
}
