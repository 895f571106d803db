using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Calls.Packed;

/// <summary>The calls of AgentStatusService that classify rings, on messages of our own.</summary>
internal static class RingMethods
{
    /// <summary>ClassifyRingTarget, as the contract has it.</summary>
    public static readonly Method<Ring, RingAnswer> One = Declare<Ring, RingAnswer>(
        MethodType.Unary,
        nameof(RingCalls.ClassifyRingTarget),
        RingParser.Parse,
        (answer, context) => answer.WriteTo(context));

    /// <summary>ClassifyRingTargets, as the contract has it.</summary>
    public static readonly Method<RingGroup, RingGroupAnswer> Group = Declare<RingGroup, RingGroupAnswer>(
        MethodType.Unary, nameof(RingCalls.ClassifyRingTargets), RingParser.ParseGroup, Write);

    /// <summary>StreamRingTargets, as the contract has it.</summary>
    public static readonly Method<RingGroup, RingGroupAnswer> Stream = Declare<RingGroup, RingGroupAnswer>(
        MethodType.DuplexStreaming, nameof(RingCalls.StreamRingTargets), RingParser.ParseOnStream, Write);

    private static void Write(RingGroupAnswer answer, SerializationContext context) => answer.WriteTo(context);

    private static Method<TRequest, TAnswer> Declare<TRequest, TAnswer>(
        MethodType type,
        string name,
        Func<DeserializationContext, TRequest> parse,
        Action<TAnswer, SerializationContext> write)
        where TRequest : class
        where TAnswer : class => new(
        type,
        AgentStatusService.Descriptor.FullName,
        name,
        Marshallers.Create<TRequest>((_, _) => throw new NotSupportedException("A server sends no requests."), parse),
        Marshallers.Create<TAnswer>(write, _ => throw new NotSupportedException("A server reads no answers.")));
}
