using System.Net;
using System.Net.Http.Headers;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.CompanySettings;

/// <summary>Settings from a service that answers one company's JSON; 404 means always open, and ETags are
/// honoured.</summary>
internal sealed class HttpSettings(CompanySettingsOptions options) : ISettingsSource, IDisposable
{
    // No redirects: settings come from the configured place or not at all. Each fetch has a limit of its own, on the
    // server's TimeProvider; a connection that is not there by then helps no later one.
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxConnectionsPerServer = ServerLimits.SettingsFetches,
        ConnectTimeout = TimeSpan.FromMilliseconds(ServerLimits.SettingsFetchMs),
        PooledConnectionLifetime = TimeSpan.FromMilliseconds(ServerLimits.SettingsConnectionMs),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = ServerLimits.SettingsBodyBytes,
    };

    public async Task<SettingsAnswer?> FetchAsync(long companyId, string? tag, CancellationToken cancellation)
    {
        var url = options.UrlOf(companyId);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (tag is not null)
            request.Headers.IfNoneMatch.ParseAdd(tag);
        using var response = await _client.SendAsync(request, cancellation);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => await ReadAsync(companyId, response, cancellation),
            HttpStatusCode.NotModified when tag is not null => null,
            HttpStatusCode.NotFound => new SettingsAnswer(BusinessHours.AlwaysOpen, null, [], IsNotFound: true),
            var status => throw new HttpRequestException($"the settings service answered {(int)status}", null, status),
        };
    }

    public void Dispose() => _client.Dispose();

    private static async Task<SettingsAnswer> ReadAsync(
        long companyId, HttpResponseMessage response, CancellationToken cancellation)
    {
        // As UTF-8 whatever the charset says (RFC 8259, section 8.1), with or without a byte order mark.
        using var text = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        var json = await text.ReadToEndAsync(cancellation);
        BusinessHours.TryParse(companyId, json, out var hours, out var faults);
        return new SettingsAnswer(hours, response.Headers.ETag?.ToString(), faults);
    }
}
