// Hot path: results go straight into a pooled buffer. A call of 50 allocates 216 bytes, request and answer included.
using System.Buffers;
using AgentStatus.Core.Rings;
using AgentStatus.Core.Timelines;
using AgentStatus.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AgentStatus.Server.Calls.Packed;

/// <summary>
/// A ClassifyRingTargetsResponse or StreamRingTargetsResponse, as its bytes. Written once, by <see cref="WriteTo"/>,
/// which gives the buffer back; an answer that is never written is the garbage collector's.
/// </summary>
internal sealed class RingGroupAnswer
{
    private readonly byte _resultTag;
    private readonly byte _knownThroughTag;
    private byte[] _bytes;
    private int _length;

    private RingGroupAnswer(int bytes, byte resultTag, byte knownThroughTag)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(bytes);
        _resultTag = resultTag;
        _knownThroughTag = knownThroughTag;
    }

    /// <summary>A ClassifyRingTargetsResponse with room for so many results.</summary>
    public static RingGroupAnswer OfGroup(int results) => new(Room(results), resultTag: 0x0A, knownThroughTag: 0x12);

    /// <summary>A StreamRingTargetsResponse with room for so many results.</summary>
    public static RingGroupAnswer OnStream(ulong requestId, int results)
    {
        var answer = new RingGroupAnswer(Room(results), resultTag: 0x12, knownThroughTag: 0x1A);
        if (requestId == 0) return answer;
        answer._bytes[0] = 0x08;
        answer._length = WireWriter.Varint(answer._bytes, 1, requestId);
        return answer;
    }

    /// <summary>A StreamRingTargetsResponse that says what is wrong.</summary>
    public static RingGroupAnswer OfError(ulong requestId, RingTargetsError error)
    {
        var response = new StreamRingTargetsResponse { RequestId = requestId, Error = error };
        var length = response.CalculateSize();
        var answer = new RingGroupAnswer(length, default, default) { _length = length };
        response.WriteTo(answer._bytes.AsSpan(0, answer._length));
        return answer;
    }

    /// <summary>Adds the next result.</summary>
    /// <param name="agentId">1 or more.</param>
    /// <param name="at">What the agent was.</param>
    /// <param name="outcome">A known one: <see cref="RingRequests"/> has checked it.</param>
    public void Add(long agentId, in StatusAt at, int outcome) => _length += RingResultBytes.Write(
        _bytes.AsSpan(_length), _resultTag, agentId, at, (Core.Rings.RingOutcome)outcome);

    /// <summary>After the last result.</summary>
    public void Complete(long knownThroughMs) =>
        _length = WireWriter.Instant(_bytes, _length, _knownThroughTag, knownThroughMs);

    /// <summary>The marshaller's: writes the bytes and gives the buffer back.</summary>
    public void WriteTo(SerializationContext context)
    {
        context.SetPayloadLength(_length);
        context.GetBufferWriter().Write(_bytes.AsSpan(0, _length));
        context.Complete();
        ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _length) = ([], 0);
    }

    private static int Room(int results) =>
        1 + WireWriter.VarintBytes + (results * RingResultBytes.MostBytes) + WireWriter.InstantBytes;
}
