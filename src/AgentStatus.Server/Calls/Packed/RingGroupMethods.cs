using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Calls.Packed;

/// <summary>The calls of AgentStatusService with many targets, on messages of our own.</summary>
internal static class RingGroupMethods
{
    /// <summary>ClassifyRingTargets, as the contract has it.</summary>
    public static readonly Method<RingGroup, RingGroupAnswer> Group =
        Declare(MethodType.Unary, nameof(RingGroupCalls.ClassifyRingTargets), RingGroupParser.ParseGroup);

    /// <summary>StreamRingTargets, as the contract has it.</summary>
    public static readonly Method<RingGroup, RingGroupAnswer> Stream =
        Declare(MethodType.DuplexStreaming, nameof(RingGroupCalls.StreamRingTargets), RingGroupParser.ParseOnStream);

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
