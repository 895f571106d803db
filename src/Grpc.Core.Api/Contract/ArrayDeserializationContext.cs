using System.Buffers;

namespace Grpc.Core;

/// <summary>Gives a message from an array, for <see cref="Marshaller{T}.Deserializer" />.</summary>
internal sealed class ArrayDeserializationContext(byte[] payload) : DeserializationContext
{
    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => [.. payload];

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
}
