using Grpc.Core;

namespace AgentStatus.Client;

/// <summary>What a watch tells next: see <see cref="AgentStatusClient.WatchStatusesAsync"/>.</summary>
/// <param name="Message">The server's: agents that are new or changed, and known_through; empty where the stream was
/// lost.</param>
/// <param name="BeginsAnew">The first message of a stream: forget what was told before, it is told again.</param>
/// <param name="Lost">Not null: the stream was lost for this reason, and what was told is not live any more. The next
/// update is of a new stream, or says that it was lost again.</param>
public sealed record StatusUpdate(WatchStatusesResponse Message, bool BeginsAnew, RpcException? Lost)
{
    /// <summary>Whether the stream stands.</summary>
    public bool IsLive => Lost is null;
}
