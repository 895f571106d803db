using System.Net;

namespace AgentStatus.Server.Configuration;

/// <summary>Whether somebody on another machine may ask and record without being known, or read along.</summary>
internal static class Exposure
{
    /// <summary>A sentence for each endpoint that stands open; none where only this machine reaches it, or it has TLS
    /// and knows who asks.</summary>
    /// <param name="options">The endpoints.</param>
    /// <param name="knowsCallers">Whether nobody is answered whose identity is not known.</param>
    public static IEnumerable<string> Of(ServerOptions options, bool knowsCallers)
    {
        var isKnown = knowsCallers || options.Tls is { ClientCertificates: ClientCertificates.Required };
        return new[]
        {
            Of("Endpoint", options.Endpoint, options.Address, isKnown),
            options.Http is { } http ? Of("Http", http, options.HttpAddress, isKnown) : null,
        }.OfType<string>();
    }

    private static string? Of(string key, Uri endpoint, IPAddress? address, bool knowsCallers)
    {
        var hasTls = endpoint.Scheme == Uri.UriSchemeHttps;
        if (address is null || IPAddress.IsLoopback(address) || (hasTls && knowsCallers)) return null;
        var missing = (hasTls, knowsCallers) switch
        {
            (true, _) => "without authentication",
            (_, true) => "without TLS",
            _ => "without TLS and authentication",
        };
        return $"{key} is {endpoint.GetLeftPart(UriPartial.Authority)}, which other machines reach, {missing}.";
    }
}
