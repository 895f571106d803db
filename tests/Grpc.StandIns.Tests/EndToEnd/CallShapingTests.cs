using System.IO.Compression;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Grpc.StandIns.Tests.Words;

namespace Grpc.StandIns.Tests;

public sealed class CallShapingTests
{
    private static readonly Word Hello = new() { Text = "hello" };

    [Fact]
    public async Task The_service_sees_headers_method_and_peer()
    {
        await using var server = await WordServer.StartAsync();

        await server.OpenClient().ShoutAsync(Hello, new Metadata { { "Key", "value" }, { "raw-bin", [0, 255] } });

        var call = server.Service.Calls.Single();
        Assert.Equal("value", call.Headers.GetValue("key"));
        Assert.Equal([0, 255], call.Headers.GetValueBytes("raw-bin")!);
        Assert.Equal("/grpcstandins.tests.WordService/Shout", call.Method);
        Assert.StartsWith("ipv4:127.0.0.1:", call.Peer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_interceptors_see_a_call_in_the_order_given()
    {
        await using var server = await WordServer.StartAsync();
        var invoker = server.OpenChannel()
            .Intercept(new TrailInterceptor("a"), new TrailInterceptor("b"))
            .Intercept(headers => [.. headers, new Metadata.Entry("trail", "first")]);
        var client = new Words.WordService.WordServiceClient(invoker);

        await client.ShoutAsync(Hello);
        using var joining = client.Join();
        await joining.RequestStream.CompleteAsync();
        await joining;

        // HTTP may join the values of one name, and does.
        Assert.Equal("first, a, b", server.Service.Calls.Single().Headers.GetValue("trail"));
    }

    [Fact]
    public async Task A_server_interceptor_sees_every_kind_of_call()
    {
        List<string> seen = [];
        await using var server = await WordServer.StartAsync(
            options => options.Interceptors.Add<RecordingInterceptor>(seen));
        var client = server.OpenClient();

        await client.ShoutAsync(Hello);
        using var joining = client.Join();
        await joining.RequestStream.CompleteAsync();
        await joining;
        using var spelling = client.Spell(Hello);
        Assert.Equal(5, await spelling.ResponseStream.ReadAllAsync().CountAsync());
        using var echoing = client.Echo();
        await echoing.RequestStream.CompleteAsync();
        Assert.False(await echoing.ResponseStream.MoveNext());

        Assert.Equal(["Shout", "Join", "Spell", "Echo"], seen);
    }

    [Fact]
    public async Task Messages_are_compressed_in_both_directions()
    {
        var (clientGzip, serverGzip) = (new CountingGzip(), new CountingGzip());
        await using var server = await WordServer.StartAsync(options =>
        {
            options.CompressionProviders = [serverGzip];
            options.ResponseCompressionAlgorithm = "gzip";
        });
        var client = server.OpenClient(new GrpcChannelOptions { CompressionProviders = [clientGzip] });
        var text = new string('a', 10_000);

        var answer = await client.ShoutAsync(
            new Word { Text = text }, new Metadata { { "grpc-internal-encoding-request", "gzip" } });

        Assert.Equal(text.ToUpperInvariant(), answer.Text);
        Assert.Equal((1, 1), (clientGzip.Compressed, clientGzip.Decompressed));
        Assert.Equal((1, 1), (serverGzip.Compressed, serverGzip.Decompressed));
    }

    [Fact]
    public async Task Call_credentials_add_their_headers()
    {
        await using var server = await WordServer.StartAsync();
        var credentials = CallCredentials.Compose(
            CallCredentials.FromInterceptor((context, metadata) =>
            {
                metadata.Add("authorization", $"Bearer {context.MethodName}");
                return Task.CompletedTask;
            }),
            CallCredentials.FromInterceptor((_, metadata) =>
            {
                metadata.Add("second", "yes");
                return Task.CompletedTask;
            }));
        var client = server.OpenClient(new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });

        await client.ShoutAsync(Hello, new CallOptions(credentials: credentials));

        var headers = server.Service.Calls.Single().Headers;
        Assert.Equal("Bearer Shout", headers.GetValue("authorization"));
        Assert.Equal("yes", headers.GetValue("second"));
    }

    [Fact]
    public async Task A_service_definition_can_be_mapped_as_well()
    {
        var service = new WordService();
        await using var server = await WordServer.StartAsync(definition: Words.WordService.BindService(service));

        await server.OpenClient().ShoutAsync(Hello);

        Assert.Single(service.Calls);
    }

    private sealed class TrailInterceptor(string name) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            Metadata headers = [.. context.Options.Headers ?? [], new Metadata.Entry("trail", name)];
            return continuation(request, new(context.Method, context.Host, context.Options.WithHeaders(headers)));
        }
    }

    private sealed class CountingGzip : ICompressionProvider
    {
        private readonly GzipCompressionProvider _gzip = new(CompressionLevel.Fastest);

        public int Compressed { get; private set; }

        public int Decompressed { get; private set; }

        public string EncodingName => _gzip.EncodingName;

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel)
        {
            Compressed++;
            return _gzip.CreateCompressionStream(stream, compressionLevel);
        }

        public Stream CreateDecompressionStream(Stream stream)
        {
            Decompressed++;
            return _gzip.CreateDecompressionStream(stream);
        }
    }
}
