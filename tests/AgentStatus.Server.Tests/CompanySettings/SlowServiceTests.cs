using System.Net;
using System.Net.Sockets;

namespace AgentStatus.Server.Tests.CompanySettings;

/// <summary>A settings service that takes connections and never comes to an end.</summary>
public sealed class SlowServiceTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData("https", "", "")] // TLS that never answers.
    [InlineData("http", "", "")]
    [InlineData("http", "HTTP/1.1 200 OK\r\n", "X-Next: 1\r\n")]
    [InlineData("http", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", " ")]
    [InlineData("http", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n")]
    public async Task A_fetch_ends_and_the_company_is_asked_for_again(string scheme, string first, string then)
    {
        _listener.Start();
        await using var rig = SettingsRig.OverUrl($"{scheme}://{_listener.LocalEndpoint}/{{company_id}}");
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var answer = rig.FindAsync(1);
            using var connection = await _listener.AcceptTcpClientAsync().WaitAsync(SettingsRig.Limit);
            // Taken once: a client whose connection broke gives no stream any more.
            var stream = connection.GetStream();
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(first));
            await Until.TrueAsync(async () =>
            {
                try
                {
                    await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(then));
                }
                catch (IOException)
                {
                    // The server has closed it.
                }

                rig.Time.Advance(TimeSpan.FromMilliseconds(100));
                return answer.IsCompleted;
            });

            Assert.Null(await answer);
            rig.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Contains("no answer within", Assert.Single(rig.Log.Warnings), StringComparison.Ordinal);
    }
}
