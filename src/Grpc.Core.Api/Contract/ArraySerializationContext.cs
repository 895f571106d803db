using System.Buffers;

namespace Grpc.Core;

/// <summary>Collects a message in an array, for <see cref="Marshaller{T}.Serializer" />.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _writer;
    private int _payloadLength;
    private byte[]? _payload;

    /// <summary>The message.</summary>
    /// <exception cref="InvalidOperationException">The serializer has not completed.</exception>
    public byte[] Payload => _payload
        ?? throw new InvalidOperationException("The serializer did not complete its message.");

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ThrowIfCompleted();
        _payload = payload;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        ThrowIfCompleted();
        return _writer ??= _payloadLength > 0 ? new(_payloadLength) : new();
    }

    public override void SetPayloadLength(int payloadLength) => _payloadLength = payloadLength;

    public override void Complete()
    {
        ThrowIfCompleted();
        _payload = _writer is null ? [] : _writer.WrittenSpan.ToArray();
    }

    private void ThrowIfCompleted()
    {
        if (_payload is not null)
            throw new InvalidOperationException("The message is complete already.");
    }
}
