using System.Net.Http.Headers;

namespace AgentStatus.Client;

/// <summary>Gives each request, repeated ones too, the caller's credentials.</summary>
internal sealed class CredentialsHandler : DelegatingHandler
{
    private const string Scheme = "Bearer";

    private readonly AuthenticationHeaderValue? _key;
    private readonly Func<CancellationToken, ValueTask<string>>? _provideToken;

    public CredentialsHandler(AgentStatusClientOptions options, HttpMessageHandler inner) : base(inner)
    {
        _key = options.ApiKey is null ? null : new(Scheme, options.ApiKey);
        _provideToken = options.TokenProvider;
    }

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_provideToken is not null) return SendWithTokenAsync(request, cancellationToken);
        if (_key is not null) request.Headers.Authorization = _key;
        return base.SendAsync(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendWithTokenAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new(Scheme, await _provideToken!(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }
}
