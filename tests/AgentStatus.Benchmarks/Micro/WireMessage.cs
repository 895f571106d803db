using System.Buffers;
using Grpc.Core;

namespace AgentStatus.Benchmarks.Micro;

/// <summary>What a marshaller reads from: one message, again and again.</summary>
internal sealed class WireMessage(byte[] bytes) : DeserializationContext
{
    public override int PayloadLength => bytes.Length;

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(bytes);
}
