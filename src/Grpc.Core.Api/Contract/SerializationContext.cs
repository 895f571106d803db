using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Takes one message's bytes: either all of them at once by <see cref="Complete(byte[])" />, or through the buffer
/// writer and then <see cref="Complete()" />. A context serves one message.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Hands over the whole message; the context owns the array from then on.</summary>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>Where to write the message to, before <see cref="Complete()" />.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Announces the message's size in bytes before it is written, which spares a copy.</summary>
    public virtual void SetPayloadLength(int payloadLength) => throw new NotImplementedException();

    /// <summary>Says that the message has been written to the buffer writer.</summary>
    public virtual void Complete() => throw new NotImplementedException();
}
