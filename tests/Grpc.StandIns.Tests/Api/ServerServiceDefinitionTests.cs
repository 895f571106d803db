using Grpc.Core;
using Grpc.StandIns.Tests.Words;

namespace Grpc.StandIns.Tests;

public sealed class ServerServiceDefinitionTests
{
    private static readonly Method<string, string> Method = new(
        MethodType.Unary, "package.Service", "Call", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    [Fact]
    public void A_method_has_the_path_of_HTTP2()
    {
        Assert.Equal("/package.Service/Call", Method.FullName);
        Assert.Equal("package.Service", Method.ServiceName);
        Assert.Equal("Call", Method.Name);
    }

    [Fact]
    public void A_method_that_comes_twice_is_refused()
    {
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(Method, Answer);

        Assert.Throws<ArgumentException>(() => builder.AddMethod(Method, Answer));

        static Task<string> Answer(string request, ServerCallContext context) => Task.FromResult(request);
    }

    [Fact]
    public void Generated_code_gives_a_binder_every_method_with_or_without_a_service()
    {
        var (without, with) = (new NameRecorder(), new NameRecorder());

        Words.WordService.BindService(without, serviceImpl: null);
        Words.WordService.BindService(with, new WordService());

        Assert.Equal(["Shout", "Join", "Spell", "Echo"], without.Names);
        Assert.Equal(without.Names, with.Names);
        Assert.False(without.AnyHandler);
        Assert.True(with.AnyHandler);
    }

    private sealed class NameRecorder : ServiceBinderBase
    {
        public List<string> Names { get; } = [];

        public bool AnyHandler { get; private set; }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Add(method, handler);

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            Add(method, handler);

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            Add(method, handler);

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            Add(method, handler);

        private void Add(IMethod method, Delegate? handler)
        {
            Names.Add(method.Name);
            AnyHandler |= handler is not null;
        }
    }
}
