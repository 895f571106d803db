using System.Buffers;
using System.Runtime.CompilerServices;
using AgentStatus.Server.Watching;
using AgentStatus.V1;
using Google.Protobuf;
using Grpc.Core;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Grpc;

/// <summary>What watchers are told, as messages. One that goes to many is made and encoded once. Any thread.</summary>
internal static class WatchAnswers
{
    private static readonly ConditionalWeakTable<WatchStatusesResponse, byte[]> Encoded = [];

    /// <summary>The message of a batch: nobody changes it.</summary>
    public static WatchStatusesResponse Of(WatchBatch batch) => batch.IsShared ? batch.Once(Share) : Message(batch);

    public static void Write(WatchStatusesResponse answer, SerializationContext context)
    {
        if (!Encoded.TryGetValue(answer, out var bytes))
        {
            AgentStatusGrpcService.Write(answer, context);
            return;
        }

        context.SetPayloadLength(bytes.Length);
        context.GetBufferWriter().Write(bytes);
        context.Complete();
    }

    private static WatchStatusesResponse Share(WatchBatch batch)
    {
        var message = Message(batch);
        Encoded.Add(message, message.ToByteArray());
        return message;
    }

    private static WatchStatusesResponse Message(WatchBatch batch)
    {
        var message = new WatchStatusesResponse { Agents = { batch.Updates.Select(Message) } };
        if (batch.KnownThroughMs is { } knownThroughMs) message.KnownThrough = WireTime.Timestamp(knownThroughMs);
        return message;
    }

    private static WatchedAgent Message(AgentUpdate update)
    {
        var (agentId, at, label, changedFromMs) = update;
        var message = new WatchedAgent
        {
            AgentId = agentId,
            Status = (V1.AgentStatus)at.Status,
            Origin = (StatusOrigin)at.Origin,
            Label = label,
        };
        if (at.Status != Status.Unknown) message.Since = WireTime.Timestamp(at.SinceMs);
        if (changedFromMs is { } fromMs) message.ChangedFrom = WireTime.Timestamp(fromMs);
        return message;
    }
}
