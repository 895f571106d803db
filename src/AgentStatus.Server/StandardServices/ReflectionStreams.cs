using AgentStatus.Server.Calls;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace AgentStatus.Server.StandardServices;

/// <summary>Serves reflection streams until the client is done, or with UNAVAILABLE until the server stops.</summary>
internal sealed class ReflectionStreams(DescriptorIndex index, IHostApplicationLifetime lifetime)
{
    /// <param name="read">Maps a version's request to version 1.</param>
    /// <param name="write">Maps version 1's response to that version.</param>
    public async Task ServeAsync<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests,
        IServerStreamWriter<TResponse> responses,
        ServerCallContext context,
        Func<TRequest, ServerReflectionRequest> read,
        Func<ServerReflectionResponse, TResponse> write)
    {
        var answers = new ReflectionAnswers(index);
        using var stoppable = new StoppableReads<TRequest>(requests, lifetime.ApplicationStopping);
        while (await stoppable.MoveNextAsync())
            await responses.WriteAsync(write(answers.Answer(read(stoppable.Current))));
    }
}
