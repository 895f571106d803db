using System.Buffers;
using Grpc.Core;

namespace AgentStatus.TestKit;

/// <summary>What a marshaller reads from: a message in pieces of a size, as it comes from the network.</summary>
public sealed class WireBytes(byte[] bytes, int pieceBytes = int.MaxValue) : DeserializationContext
{
    private readonly ReadOnlySequence<byte> _pieces = Cut(bytes, pieceBytes);

    public override int PayloadLength => bytes.Length;

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _pieces;

    private static ReadOnlySequence<byte> Cut(byte[] bytes, int pieceBytes)
    {
        if (bytes.Length <= pieceBytes) return new(bytes);
        var first = new Piece(bytes.AsMemory(0, pieceBytes), 0);
        var last = first;
        for (var at = pieceBytes; at < bytes.Length; at += pieceBytes)
            last = last.Before(bytes.AsMemory(at, Math.Min(pieceBytes, bytes.Length - at)));
        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long at) => (Memory, RunningIndex) = (memory, at);

        public Piece Before(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
