using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace AgentStatus.Server.Tests.Tls;

/// <summary>A server with TLS on both endpoints, its authority, and clients of all kinds.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly TempDirectory _files = new();

    public TestAuthority Authority { get; } = new();

    public TestServer Server { get; private set; } = null!;

    public static async Task<TlsServer> StartAsync(params string[] args)
    {
        var server = new TlsServer();
        server.Write(server.Authority.Server());
        File.WriteAllText(server._files.File("ca.pem"), server.Authority.Pem);
        server.Server = await TestServer.StartAsync(
            new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero),
            [
                "--Endpoint", "https://127.0.0.1:0", "--Http", "https://127.0.0.1:0",
                "--Tls:Certificate", server._files.File("server.pem"), "--Tls:Key", server._files.File("server.key"),
                .. args,
            ]);
        return server;
    }

    /// <summary>With clients' certificates from its authority.</summary>
    public static async Task<TlsServer> StartWithClientsAsync(string mode, params string[] args)
    {
        var server = await StartAsync();
        await server.Server.RestartAsync(
            ["--Tls:ClientCa", server._files.File("ca.pem"), "--Tls:ClientCertificates", mode, .. args]);
        return server;
    }

    /// <summary>Replaces the files.</summary>
    public void Write((string Certificate, string Key) pems)
    {
        File.WriteAllText(_files.File("server.pem"), pems.Certificate);
        File.WriteAllText(_files.File("server.key"), pems.Key);
    }

    /// <summary>Lets the server look at its files until this is true.</summary>
    public Task UntilAsync(Func<bool> condition, string what) => Until.TrueAsync(
        () =>
        {
            Server.Pass(ServerLimits.CertificateCheckInterval);
            return condition();
        },
        () => what);

    public SocketsHttpHandler Handler(X509Certificate2? client, SslProtocols protocols) => new()
    {
        SslOptions =
        {
            CertificateChainPolicy = Authority.Trust,
            EnabledSslProtocols = protocols,
            ClientCertificates = client is null ? null : [client],
            LocalCertificateSelectionCallback = client is null ? null : (_, _, _, _, _) => client,
        },
    };

    public GrpcChannel Channel(X509Certificate2? client = null, SslProtocols protocols = SslProtocols.None) =>
        GrpcChannel.ForAddress(
            $"https://127.0.0.1:{Server.Port}",
            new() { HttpHandler = Handler(client, protocols), DisposeHttpClient = true });

    /// <summary>The second endpoint's answer to a question about hours.</summary>
    public async Task<HttpResponseMessage> HoursAsync(
        X509Certificate2? client = null, SslProtocols protocols = SslProtocols.None)
    {
        using var http = HttpClient(client, protocols);
        return await http.GetAsync("/v1/companies/1/hours");
    }

    /// <summary>For the second endpoint.</summary>
    public HttpClient HttpClient(X509Certificate2? client = null, SslProtocols protocols = SslProtocols.None) =>
        new(Handler(client, protocols)) { BaseAddress = Server.Http };

    /// <summary>A connection, and the certificate that it sees.</summary>
    public async Task<(SslStream Stream, string Subject)> ConnectAsync(params List<SslApplicationProtocol> protocols)
    {
        var stream = new SslStream(new System.Net.Sockets.NetworkStream(
            await RawHttp2.ConnectAsync(Server.Port, IPAddress.Loopback), ownsSocket: true));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = Authority.Trust,
            ApplicationProtocols = protocols,
        }).WaitAsync(Until.Limit);
        return (stream, stream.RemoteCertificate!.Subject);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Authority.Dispose();
        _files.Dispose();
    }
}
