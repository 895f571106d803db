namespace Grpc.Core;

/// <summary>The responses of a call, as the service sends them; the end of the method ends the stream.</summary>
/// <typeparam name="T">The response.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
