using AgentStatus.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentStatus.Server.Tests.Http;

/// <summary>How a page goes out that has several pieces, and one that cannot be sent whole.</summary>
public sealed class BreakdownAnswerTests
{
    private static readonly GetBreakdownResponse Large = new()
    {
        Agents =
        {
            Enumerable.Range(1, 20_000).Select(id => new AgentBreakdown { AgentId = id, HoursFault = "is wrong" }),
        },
        TimeZone = "UTC",
    };

    [Fact]
    public async Task A_page_of_several_pieces_is_sent_whole()
    {
        await using var host = await StartAsync(Large.ToByteArray());
        using var client = new HttpClient();
        var json = await client.GetStringAsync(AddressOf(host));
        Assert.Equal(Large, JsonParser.Default.Parse<GetBreakdownResponse>(json));
        Assert.EndsWith("}", json);
    }

    [Fact]
    public async Task What_fails_half_way_is_broken_off_and_what_fails_before_is_an_error()
    {
        await using var host = await StartAsync([.. Large.ToByteArray(), 0xFF]);
        using var client = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetByteArrayAsync(AddressOf(host)));

        await using var other = await StartAsync([0xFF]);
        using var answer = await client.GetAsync(AddressOf(other));
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    private static async Task<WebApplication> StartAsync(byte[] page)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<LowPriorityThreads>();
        var app = builder.Build();
        app.Run(async context =>
        {
            var threads = context.RequestServices.GetRequiredService<LowPriorityThreads>();
            try
            {
                await new BreakdownAnswer(page).SendAsync(context, threads);
            }
            catch (InvalidOperationException)
            {
                BreakdownAnswer.BreakOff(context);

                // As the transcoder does, whatever is sent already.
                if (!context.Response.HasStarted) context.Response.StatusCode = 500;
                await context.Response.WriteAsync("{}");
            }
        });
        await app.StartAsync();
        return app;
    }

    private static string AddressOf(WebApplication host) =>
        host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
