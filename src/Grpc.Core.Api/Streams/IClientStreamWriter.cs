namespace Grpc.Core;

/// <summary>The requests of a call, as the client sends them.</summary>
/// <typeparam name="T">The request.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no request follows. Once, and last.</summary>
    Task CompleteAsync();
}
