using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentStatus.Server.Tests.CompanySettings;

/// <summary>A settings service on a real port: with ETags, failing and holding its answers back on demand.</summary>
internal sealed class SettingsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<long, string> _bodies = new();
    private readonly Channel<long> _arrived = Channel.CreateUnbounded<long>();
    private readonly Lock _lock = new();
    private Task _gate = Task.CompletedTask;
    private TaskCompletionSource? _held;
    private int _atOnce;

    private SettingsServer(WebApplication app) => _app = app;

    public string UrlTemplate => $"{_app.Urls.Single()}/companies/{{company_id}}/settings";

    public int Requests { get; private set; }

    public int NotModified { get; private set; }

    public int MostAtOnce { get; private set; }

    /// <summary>Answered to everything, with a Location that works; null: what is asked for.</summary>
    public HttpStatusCode? FailWith { get; set; }

    public static async Task<SettingsServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var server = new SettingsServer(app);
        app.UseRouting();
        app.MapGet("/companies/{id:long}/settings", (HttpContext context) => server.AnswerAsync(context));
        app.MapGet("/elsewhere", () => "null");
        await app.StartAsync();
        return server;
    }

    public void Set(long companyId, string body) => _bodies[companyId] = body;

    public void Remove(long companyId) => _bodies.TryRemove(companyId, out _);

    /// <summary>Holds all answers back until <see cref="Release"/>.</summary>
    public void Hold()
    {
        _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _gate = _held.Task;
    }

    public void Release() => _held?.TrySetResult();

    /// <summary>Waits for the next request and says whose settings it asks for.</summary>
    public Task<long> NextRequestAsync() => _arrived.Reader.ReadAsync().AsTask().WaitAsync(SettingsRig.Limit);

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var companyId = long.Parse((string)context.Request.RouteValues["id"]!);
        lock (_lock)
        {
            Requests++;
            MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
        }
        _arrived.Writer.TryWrite(companyId);
        await _gate;
        lock (_lock) _atOnce--;
        if (FailWith is { } status)
        {
            context.Response.StatusCode = (int)status;
            context.Response.Headers.Location = "/elsewhere";
        }
        else if (_bodies.TryGetValue(companyId, out var body))
        {
            await WriteAsync(context, body);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private async Task WriteAsync(HttpContext context, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var tag = $"\"{Convert.ToHexString(SHA256.HashData(bytes))}\"";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            lock (_lock) NotModified++;
        }
        else
        {
            await context.Response.Body.WriteAsync(bytes);
        }
    }
}
