using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Calls.Packed;

/// <summary>
/// The calls of AgentStatusService with many targets, on messages of our own: generated ones cost more than all the
/// rest of the call. grpc-dotnet binds by the base class that declares the methods, so they are a service class of
/// their own.
/// </summary>
[BindServiceMethod(typeof(RingGroupService), nameof(Bind))]
internal abstract class RingGroupService
{
    /// <summary>As the contract has it.</summary>
    public static readonly Method<RingGroup, RingGroupAnswer> GroupMethod =
        Declare(MethodType.Unary, nameof(ClassifyRingTargets), RingGroupParser.ParseGroup);

    /// <inheritdoc cref="GroupMethod"/>
    public static readonly Method<RingGroup, RingGroupAnswer> StreamMethod =
        Declare(MethodType.DuplexStreaming, nameof(StreamRingTargets), RingGroupParser.ParseOnStream);

    public abstract Task<RingGroupAnswer> ClassifyRingTargets(RingGroup request, ServerCallContext context);

    public abstract Task StreamRingTargets(
        IAsyncStreamReader<RingGroup> requestStream,
        IServerStreamWriter<RingGroupAnswer> responseStream,
        ServerCallContext context);

    /// <summary>Whether a method of the contract is bound here, not by generated code.</summary>
    public static bool Has(IMethod method) => method.Name == GroupMethod.Name || method.Name == StreamMethod.Name;

    /// <summary>
    /// For <see cref="BindServiceMethodAttribute"/>. No service when MapGrpcService binds, which finds the handlers.
    /// </summary>
    public static void Bind(ServiceBinderBase binder, RingGroupService? service)
    {
        binder.AddMethod(GroupMethod, service is null ? null : service.ClassifyRingTargets);
        binder.AddMethod(StreamMethod, service is null ? null : service.StreamRingTargets);
    }

    private static Method<RingGroup, RingGroupAnswer> Declare(
        MethodType type, string name, Func<DeserializationContext, RingGroup> parse) => new(
        type,
        AgentStatusService.Descriptor.FullName,
        name,
        Marshallers.Create<RingGroup>((_, _) => throw new NotSupportedException("A server sends no requests."), parse),
        Marshallers.Create<RingGroupAnswer>(
            (answer, context) => answer.WriteTo(context),
            _ => throw new NotSupportedException("A server reads no answers.")));
}
