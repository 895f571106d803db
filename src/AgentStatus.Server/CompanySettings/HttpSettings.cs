using AgentStatus.Server.Configuration;
using System.Net;
using System.Net.Http.Headers;
using AgentStatus.Core;
using AgentStatus.Core.Hours;

namespace AgentStatus.Server.CompanySettings;

/// <summary>
/// Settings from a service that answers one company's JSON; 404 means always open, and ETags are honoured.
/// </summary>
internal sealed class HttpSettings(HttpClient client, string urlTemplate) : ISettingsSource
{
    /// <summary>The name of the client.</summary>
    public const string ClientName = "company-settings";

    public async Task<SettingsAnswer?> FetchAsync(long companyId, string? tag, CancellationToken cancellation)
    {
        var url = CompanySettingsOptions.UrlOf(urlTemplate, companyId);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (tag is not null)
            request.Headers.IfNoneMatch.ParseAdd(tag);
        using var response = await client.SendAsync(request, cancellation);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => await ReadAsync(companyId, response, cancellation),
            HttpStatusCode.NotModified when tag is not null => null,
            HttpStatusCode.NotFound => new SettingsAnswer(BusinessHours.AlwaysOpen, null, []),
            var status => throw new HttpRequestException($"the settings service answered {(int)status}", null, status),
        };
    }

    /// <summary>What every client of the settings service has.</summary>
    public static void Configure(HttpClient client)
    {
        client.Timeout = Timeout.InfiniteTimeSpan; // Each fetch has its own limit, on the server's TimeProvider.
        client.MaxResponseContentBufferSize = ServerLimits.SettingsBodyBytes;
    }

    /// <summary>The connections. No redirects: settings come from the configured place or not at all.</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxConnectionsPerServer = ServerLimits.SettingsFetches,
        PooledConnectionLifetime = TimeSpan.FromMilliseconds(ServerLimits.SettingsConnectionMs),
    };

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
