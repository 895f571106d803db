using System.Text.Json;
using AgentStatus.Server.Grpc;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Http;

/// <summary>What a supervisor of processes asks: /healthz, whether the server lives, and /readyz, whether to send it
/// requests. They stand before all else: whoever asks, by whatever name, and before memory is filled.</summary>
internal sealed class Probes(ServingState serving, TimelineIndex timelines, IStatusStore store)
{
    public static void Use(IApplicationBuilder app, Probes probes) => app.Use((context, next) =>
        !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) ? next(context)
        : context.Request.Path == "/healthz" ? AnswerAsync(context, StatusCodes.Status200OK, new { state = "alive" })
        : context.Request.Path == "/readyz" ? probes.AnswerAsync(context)
        : next(context));

    private Task AnswerAsync(HttpContext context) => AnswerAsync(
        context,
        serving.Serves ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
        new
        {
            state = serving.Serves ? "serving" : serving.IsStopping ? "stopping" : "starting",
            memory = timelines.IsWarm ? "warm" : "filling",
            store = StoreState(),
            recording = serving.Records,
        });

    /// <summary>A shared store that does not answer, or a file that was lost. Neither keeps the server from answering
    /// what memory has, and events may still be taken: what comes to pass of them stands beside it.</summary>
    private string StoreState() => store switch
    {
        { Spool: { IsReachable: false } } => serving.Records ? "spooling" : "away",
        { File: { } file } when file.FindFault() is not null => "lost",
        _ => "reachable",
    };

    private static Task AnswerAsync(HttpContext context, int status, object answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var json = JsonSerializer.SerializeToUtf8Bytes(answer);
        context.Response.ContentLength = json.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }
}
