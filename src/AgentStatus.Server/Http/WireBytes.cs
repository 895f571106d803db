using System.Buffers;
using Google.Protobuf;
using Grpc.Core;

namespace AgentStatus.Server.Http;

/// <summary>A generated request as its bytes, for a method that reads them itself.</summary>
internal sealed class RequestBytes(IMessage request) : DeserializationContext
{
    private readonly byte[] _bytes = request.ToByteArray();

    public override int PayloadLength => _bytes.Length;

    public override byte[] PayloadAsNewBuffer() => [.. _bytes];

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(_bytes);
}

/// <summary>Takes the bytes that a method writes itself, to be read as a generated answer, or made JSON of.</summary>
internal sealed class AnswerBytes : SerializationContext
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public override IBufferWriter<byte> GetBufferWriter() => _bytes;

    public override void SetPayloadLength(int payloadLength) => _bytes.GetSpan(payloadLength);

    public override void Complete(byte[] payload) => _bytes.Write(payload);

    public override void Complete()
    {
    }
}
