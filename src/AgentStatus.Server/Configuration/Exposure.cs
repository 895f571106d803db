using System.Net;

namespace AgentStatus.Server.Configuration;

/// <summary>Whether somebody on another machine may ask and record without being known, or read along; or anybody on
/// this one, where files say who may.</summary>
internal static class Exposure
{
    private const string Close =
        "Set it to https, with Tls:Certificate and Tls:Key, and set Authentication:KeysFile (or "
        + "Tls:ClientCertificates=required and Tls:ClientCa); or let it listen on 127.0.0.1 alone.";

    /// <summary>A sentence for each endpoint that stands open, and what to do; none where only this machine reaches it,
    /// or it has TLS and knows who asks.</summary>
    /// <param name="options">The endpoints.</param>
    /// <param name="knowsCallers">Whether nobody is answered whose identity is not known.</param>
    public static IEnumerable<(string Sentence, string Remedy)> Of(ServerOptions options, bool knowsCallers)
    {
        var isKnown = knowsCallers || options.Tls is { ClientCertificates: ClientCertificates.Required };
        if (options.Socket is { IsOpen: true } socket && !knowsCallers)
            yield return (
                $"Endpoint is {options.Endpoint}, which every user of this machine may write "
                + $"({UnixSocket.ModeKey} {socket.ModeText}), without authentication.",
                $"Set {UnixSocket.ModeKey} to 0660 or 0600, or set Authentication:KeysFile.");
        if (Of("Endpoint", options.Endpoint, options.Address, isKnown) is { } endpoint) yield return (endpoint, Close);
        if (options.Http is { } http && Of("Http", http, options.HttpAddress, isKnown) is { } second)
            yield return (second, Close);
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
