using System.Buffers;
using System.Text;
using Grpc.Core;

namespace Grpc.StandIns.Tests;

public sealed class MarshallerTests
{
    [Fact]
    public void Functions_on_arrays_serve_contexts()
    {
        var marshaller = Marshallers.Create(
            Encoding.UTF8.GetBytes, (byte[] payload) => Encoding.UTF8.GetString(payload));
        var context = new ArrayContext();

        marshaller.ContextualSerializer("žluť", context);

        Assert.Equal("žluť", marshaller.ContextualDeserializer(new PayloadContext(context.Payload!)));
    }

    [Fact]
    public void Functions_on_contexts_serve_arrays()
    {
        var marshaller = Marshallers.Create<string>(
            (message, context) =>
            {
                context.SetPayloadLength(message.Length);
                context.GetBufferWriter().Write(Encoding.ASCII.GetBytes(message));
                context.Complete();
            },
            context => $"{context.PayloadLength}:{Encoding.ASCII.GetString(context.PayloadAsReadOnlySequence())}");

        Assert.Equal("abc", Encoding.ASCII.GetString(marshaller.Serializer("abc")));
        Assert.Equal("3:abc", marshaller.Deserializer("abc"u8.ToArray()));
    }

    [Fact]
    public void A_serializer_that_completes_an_array_is_taken_at_its_word()
    {
        var marshaller = Marshallers.Create<string>((_, context) => context.Complete([7]), _ => "");

        Assert.Equal([7], marshaller.Serializer(""));
    }

    [Fact]
    public void A_serializer_that_completes_never_or_twice_is_refused()
    {
        var never = Marshallers.Create<string>((_, _) => { }, _ => "");
        var twice = Marshallers.Create<string>(
            (_, context) =>
            {
                context.Complete([]);
                context.Complete();
            },
            _ => "");

        Assert.Throws<InvalidOperationException>(() => never.Serializer(""));
        Assert.Throws<InvalidOperationException>(() => twice.Serializer(""));
    }

    [Fact]
    public void Strings_have_a_marshaller_of_their_own()
    {
        var marshaller = Marshallers.StringMarshaller;

        Assert.Equal("žluť", marshaller.Deserializer(marshaller.Serializer("žluť")));
    }

    private sealed class ArrayContext : SerializationContext
    {
        public byte[]? Payload { get; private set; }

        public override void Complete(byte[] payload) => Payload = payload;
    }

    private sealed class PayloadContext(byte[] payload) : DeserializationContext
    {
        public override int PayloadLength => payload.Length;

        public override byte[] PayloadAsNewBuffer() => payload;
    }
}
