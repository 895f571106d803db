namespace Grpc.Core;

/// <summary>
/// Turns messages into bytes and back. Made from functions on arrays or on contexts; whichever was not given is derived
/// from the other. The context functions are the ones that calls use. Immutable and safe for concurrent use.
/// </summary>
public sealed class Marshaller<T>
{
    /// <summary>From functions on arrays.</summary>
    public Marshaller(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        Serializer = serializer;
        Deserializer = deserializer;
        ContextualSerializer = (message, context) => context.Complete(serializer(message));
        ContextualDeserializer = context => deserializer(context.PayloadAsNewBuffer());
    }

    /// <summary>From functions on contexts, which can work without copies.</summary>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        ContextualSerializer = serializer;
        ContextualDeserializer = deserializer;
        Serializer = message =>
        {
            var context = new ArraySerializationContext();
            serializer(message, context);
            return context.Payload;
        };
        Deserializer = payload => deserializer(new ArrayDeserializationContext(payload));
    }

    /// <summary>A message into a new array.</summary>
    public Func<T, byte[]> Serializer { get; }

    /// <summary>An array into a message.</summary>
    public Func<byte[], T> Deserializer { get; }

    /// <summary>A message into a context.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>A context into a message.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }
}
