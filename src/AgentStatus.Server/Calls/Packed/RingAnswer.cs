using System.Buffers;
using AgentStatus.Core.Rings;
using AgentStatus.Core.Timelines;
using Grpc.Core;

namespace AgentStatus.Server.Calls.Packed;

/// <summary>A ClassifyRingTargetResponse that writes itself.</summary>
/// <param name="at">What the agent was.</param>
/// <param name="outcome">A known one: <see cref="RingRequests"/> has checked it.</param>
/// <param name="knownThroughMs">See design.md, section 4.</param>
internal sealed class RingAnswer(StatusAt at, int outcome, long knownThroughMs)
{
    private const int MostBytes = RingResultBytes.MostBytes + WireWriter.InstantBytes;

    /// <summary>The marshaller's.</summary>
    public void WriteTo(SerializationContext context)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        var length = RingResultBytes.WriteFields(bytes, 0, 0x08, at, (RingOutcome)outcome);
        length = WireWriter.Instant(bytes, length, 0x32, knownThroughMs);
        context.SetPayloadLength(length);
        context.GetBufferWriter().Write(bytes[..length]);
        context.Complete();
    }
}
