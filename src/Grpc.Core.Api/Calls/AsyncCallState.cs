namespace Grpc.Core;

/// <summary>
/// What the four kinds of call share. Functions plus their state, so that a client passes static functions and its own
/// call object and nothing is allocated for them.
/// </summary>
internal readonly struct AsyncCallState(
    Func<object, Task<Metadata>> responseHeadersAsync,
    Func<object, Status> getStatusFunc,
    Func<object, Metadata> getTrailersFunc,
    Action<object> disposeAction,
    object state)
{
    /// <summary>For the constructors without a state: the functions themselves become the state.</summary>
    public AsyncCallState(
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
        : this(
            static state => ((Functions)state).ResponseHeadersAsync,
            static state => ((Functions)state).GetStatus(),
            static state => ((Functions)state).GetTrailers(),
            static state => ((Functions)state).Dispose(),
            new Functions(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction))
    {
    }

    public Task<Metadata> ResponseHeadersAsync() => responseHeadersAsync(state);

    public Status GetStatus() => getStatusFunc(state);

    public Metadata GetTrailers() => getTrailersFunc(state);

    public void Dispose() => disposeAction(state);

    private sealed record Functions(
        Task<Metadata> ResponseHeadersAsync, Func<Status> GetStatus, Func<Metadata> GetTrailers, Action Dispose);
}
