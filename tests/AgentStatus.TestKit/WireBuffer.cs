using System.Buffers;
using Grpc.Core;

namespace AgentStatus.TestKit;

/// <summary>What a marshaller writes to; each message replaces the one before.</summary>
public sealed class WireBuffer : SerializationContext
{
    private readonly ArrayBufferWriter<byte> _writer = new(64 * 1024);
    private int _announced;

    /// <summary>The last message. Valid until the next.</summary>
    public ReadOnlySpan<byte> Written => _writer.WrittenSpan;

    public override void SetPayloadLength(int payloadLength)
    {
        _announced = payloadLength;
        _writer.ResetWrittenCount();
    }

    public override IBufferWriter<byte> GetBufferWriter() => _writer;

    public override void Complete()
    {
        if (_announced != _writer.WrittenCount)
            throw new InvalidOperationException($"announced {_announced}, written {_writer.WrittenCount} bytes");
    }
}
