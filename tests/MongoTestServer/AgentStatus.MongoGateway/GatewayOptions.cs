using System.Net;

namespace AgentStatus.MongoGateway;

/// <summary>The gateway's options.</summary>
/// <param name="Listen">Where clients come; port 0 takes a free one.</param>
/// <param name="Control">Where tests give orders; port 0 takes a free one.</param>
/// <param name="Postgres">Npgsql's connection string.</param>
internal sealed record GatewayOptions(IPEndPoint Listen, IPEndPoint Control, string Postgres)
{
    public const string Usage =
        "mongo-gateway --postgres CONNECTION_STRING [--listen 127.0.0.1:27717] [--control 127.0.0.1:27719]";

    /// <summary>The options, or null when they are not understood: then show <see cref="Usage"/>.</summary>
    public static GatewayOptions? Parse(string[] arguments)
    {
        var options = new GatewayOptions(
            new IPEndPoint(IPAddress.Loopback, 27717), new IPEndPoint(IPAddress.Loopback, 27719), "");
        for (var rest = arguments.AsSpan(); rest.Length > 0; rest = rest[2..])
        {
            if (rest.Length < 2) return null;
            switch (rest[0])
            {
                case "--postgres":
                    options = options with { Postgres = rest[1] };
                    break;
                case "--listen" when TryLoopback(rest[1], out var address):
                    options = options with { Listen = address };
                    break;
                case "--control" when TryLoopback(rest[1], out var address):
                    options = options with { Control = address };
                    break;
                default:
                    return null;
            }
        }
        return options.Postgres.Length > 0 ? options : null;
    }

    // It asks for no password: it serves this machine alone.
    private static bool TryLoopback(string text, out IPEndPoint address) =>
        IPEndPoint.TryParse(text, out address!) && IPAddress.IsLoopback(address.Address);
}
