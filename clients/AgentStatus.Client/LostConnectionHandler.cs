namespace AgentStatus.Client;

/// <summary>Has a connection that ends before it speaks HTTP/2 mean UNAVAILABLE, as any other lost one does: a server
/// that stops does that to one that has just been opened. gRPC's client makes INTERNAL of it, which is not
/// repeated.</summary>
internal sealed class LostConnectionHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException lost) when (
            lost.HttpRequestError is HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError
                or HttpRequestError.ResponseEnded or HttpRequestError.ConnectionError)
        {
            throw new HttpRequestException(lost.HttpRequestError, lost.Message, new IOException(lost.Message, lost));
        }
    }
}
