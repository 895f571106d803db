using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Hosting;

/// <summary>What the server says when it is ready: to a person in a terminal, else to the log.</summary>
internal static class StartReport
{
    public static void Write(
        ILogger logger, ServerOptions options, Uri? http, IStatusStore store, int agents, long events,
        TimeSpan elapsed)
    {
        foreach (var endpoint in options.Open) Log.StandsOpen(logger, endpoint);
        var companies = options.Companies.IsWhole ? "" : $", companies {options.Companies}";
        var from = store.Description + companies;
        if (Console.IsOutputRedirected || options.IsLogJson)
        {
            if (http is not null) Log.HttpStarted(logger, http);
            Log.Started(logger, options.Endpoint, from, agents, events, elapsed.TotalSeconds);
            return;
        }

        var settings = options.CompanySettings;
        var hours = settings.HasPath ? settings.Path
            : settings.HasUrl ? settings.Url
            : "none configured: always open, UTC";
        var loaded = $"{agents} agents, {events} events of the last {options.Horizon.TotalDays:0} days, "
            + $"in {elapsed.TotalSeconds:0.00} s";
        var hasTls = options.Endpoint.Scheme == Uri.UriSchemeHttps;
        var grpcurl = hasTls ? "grpcurl -cacert ca.pem" : "grpcurl -plaintext";
        if (options.Socket is not null) grpcurl += " -unix";
        var address = options.Socket?.Path ?? options.Endpoint.Authority;
        Console.WriteLine($$"""

              AgentStatus is ready.
                gRPC            {{options.Endpoint}} (HTTP/2 {{(hasTls ? "with" : "without")}} TLS)
                page and JSON   {{(http is null ? "off" : http)}}
                store           {{from}}
                loaded          {{loaded}}
                business hours  {{hours}}

              Try it:
                {{grpcurl}} -d '{"company_id": 1, "agent_id": 1,
                    "status": "AGENT_STATUS_OFFLINE", "origin": "STATUS_ORIGIN_AGENT"}' \
                  {{address}} agentstatus.v1.AgentStatusService/RecordStatus
                {{grpcurl}} -d '{"company_id": 1, "agent_id": 1, "outcome": "RING_OUTCOME_NO_ANSWER"}' \
                  {{address}} agentstatus.v1.AgentStatusService/ClassifyRingTarget

              Ctrl+C stops it.

            """);
    }
}
