using Grpc.Core;

namespace AgentStatus.Server.StandardServices;

/// <summary>How a stream ends when the server stops: the client opens a new one, elsewhere or later.</summary>
internal static class StoppingStatus
{
    public static readonly Status Value = new(StatusCode.Unavailable, "the server is stopping");
}
