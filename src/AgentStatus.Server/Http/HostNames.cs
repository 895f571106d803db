using System.Net;
using AgentStatus.Server.Configuration;
using Microsoft.Extensions.Primitives;

namespace AgentStatus.Server.Http;

/// <summary>The names by which browsers may know the server. Somebody else's page whose name was made to lead here (DNS
/// rebinding) could read everything as ours does; its requests say that name. An address is nobody's name: probes and
/// scrapers, which go by it, need not be named.</summary>
internal static class HostNames
{
    /// <summary>This machine's own names, the endpoint's address, and what is configured.</summary>
    public static void UseHostNames(this IApplicationBuilder app, ServerOptions options)
    {
        StringSegment[] known = ["localhost", "127.0.0.1", "[::1]", options.Http!.Host, .. options.HttpHosts];
        app.Use((context, next) => IsAddress(context.Request.Host.Host)
            || HostString.MatchesAny(context.Request.Host.Host, known)
                ? next(context)
                : HttpRefusals.RefuseHostAsync(context));
    }

    /// <summary>Not 0.0.0.0 and [::], by which pages reach this machine around what browsers guard.</summary>
    private static bool IsAddress(string host) => IPAddress.TryParse(host, out var address)
        && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
}
