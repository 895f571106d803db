using System.Buffers;
using Grpc.Core;

namespace AgentStatus.Benchmarks.Micro;

/// <summary>What a marshaller writes to; each message replaces the one before.</summary>
internal sealed class WireBuffer : SerializationContext
{
    private readonly ArrayBufferWriter<byte> _writer = new(64 * 1024);

    /// <summary>The last message. Valid until the next.</summary>
    public ReadOnlySpan<byte> Written => _writer.WrittenSpan;

    public override void SetPayloadLength(int payloadLength) => _writer.ResetWrittenCount();

    public override IBufferWriter<byte> GetBufferWriter() => _writer;

    public override void Complete()
    {
    }
}
