using System.Buffers;
using AgentStatus.Core;
using AgentStatus.Server.Calls;
using AgentStatus.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AgentStatus.Server.Breakdowns;

/// <summary>A GetBreakdownResponse whose agents are bytes already. Sent once.</summary>
internal sealed class BreakdownPage
{
    /// <summary>Tag and length in front of an agent on the page.</summary>
    private const int PerAgentBytes = 8;

    private readonly List<(PageShare Share, int Bytes)> _taken = [];
    private int _bytes;

    /// <summary>For the service's method. The server reads none.</summary>
    public static Marshaller<BreakdownPage> Marshaller { get; } = Marshallers.Create<BreakdownPage>(
        (page, context) => page.Send(context), _ => throw new NotSupportedException());

    /// <summary>All fields but the agents.</summary>
    public GetBreakdownResponse Rest { get; } = new();

    /// <summary>Agents on the page.</summary>
    public int Count { get; private set; }

    /// <summary>Another agent does not fit.</summary>
    public bool IsFull { get; private set; }

    /// <summary>How many more agents are likely to fit: at least one.</summary>
    public int Room => Count == 0
        ? Limits.BreakdownAgents
        : 1 + (int)((long)(Limits.BreakdownPageBytes - _bytes) * Count / _bytes);

    /// <summary>Takes the agents that fit, and the share with them.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: an agent is too large for any page.</exception>
    public void Take(PageShare share)
    {
        var shareBytes = 0;
        foreach (var agent in share.Agents)
        {
            var bytes = agent.MessageBytes + PerAgentBytes;
            if (bytes > Limits.BreakdownPageBytes) throw TooLarge(agent.AgentId);
            IsFull = _bytes + bytes > Limits.BreakdownPageBytes;
            if (IsFull) break;
            _bytes += bytes;
            shareBytes = agent.EndsAt;
            Count++;
        }

        _taken.Add((share, shareBytes));
    }

    private void Send(SerializationContext context)
    {
        var rest = Rest.CalculateSize();
        context.SetPayloadLength(_taken.Sum(taken => taken.Bytes) + rest);
        var output = context.GetBufferWriter();
        foreach (var (share, bytes) in _taken)
        {
            output.Write(share.Writer.Written[..bytes]);
            share.Dispose();
        }

        Rest.WriteTo(output.GetSpan(rest)[..rest]);
        output.Advance(rest);
        context.Complete();
    }

    private static RpcException TooLarge(long agentId) => Refusals.Invalid(
        "end_time",
        $"the answer for agent {agentId} alone exceeds BreakdownPageBytes ({Limits.BreakdownPageBytes}); narrow the window, "
        + "take coarser buckets or leave out the segments");
}
