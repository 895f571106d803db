using Grpc.Core;
using Grpc.StandIns.Tests.Words;

namespace Grpc.StandIns.Tests;

public sealed class ClientBaseTests
{
    [Fact]
    public void WithHost_makes_a_client_whose_calls_name_the_host()
    {
        var invoker = new HostRecorder();
        var client = new Words.WordService.WordServiceClient(invoker);

        client.Shout(new Word());
        client.WithHost("example.org").Shout(new Word());
        client.WithHost("a").WithHost("b").Shout(new Word());

        Assert.Equal([null, "example.org", "b"], invoker.Hosts);
    }

    [Fact]
    public void A_test_double_fails_where_it_is_not_replaced()
    {
        var client = new TestDouble();

        Assert.Equal("replaced", client.Shout(new Word(), default(CallOptions)).Text);
        Assert.Throws<NotImplementedException>(() => client.Join());
    }

    private sealed class TestDouble : Words.WordService.WordServiceClient
    {
        public override Word Shout(Word request, CallOptions options) => new() { Text = "replaced" };
    }

    private sealed class HostRecorder : CallInvoker
    {
        public List<string?> Hosts { get; } = [];

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Hosts.Add(host);
            return method.ResponseMarshaller.Deserializer([]);
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) =>
            throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) =>
            throw new NotSupportedException();
    }
}
