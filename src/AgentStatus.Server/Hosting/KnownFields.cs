using Google.Protobuf;
using Grpc.Core;

namespace AgentStatus.Server.Hosting;

/// <summary>
/// Reads requests without the fields that their type does not have. The generated parsers keep these, at a hundred times
/// their length, for as long as the request is under way.
/// </summary>
internal static class KnownFields
{
    /// <summary>Reads such a request; null for types that are not generated, and read themselves.</summary>
    public static Func<DeserializationContext, T>? Reader<T>()
        where T : class
    {
        if (!typeof(IMessage).IsAssignableFrom(typeof(T))) return null;
        var parser = ((IMessage)Activator.CreateInstance<T>()).Descriptor.Parser.WithDiscardUnknownFields(true);
        return context => (T)parser.ParseFrom(context.PayloadAsReadOnlySequence());
    }
}
