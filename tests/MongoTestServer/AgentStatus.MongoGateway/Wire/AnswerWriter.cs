namespace AgentStatus.MongoGateway.Wire;

/// <summary>Frames an answer in the protocol in which its request came.</summary>
internal static class AnswerWriter
{
    private const int AwaitCapable = 8;

    public static byte[] Frame(Request request, ReadOnlySpan<byte> document) =>
        request.Legacy ? Reply(request.Id, document) : Msg(request.Id, document);

    private static byte[] Msg(int responseTo, ReadOnlySpan<byte> document)
    {
        // Flags 0, one section of kind 0.
        var message = new byte[MessageReader.HeaderLength + 5 + document.Length];
        Header(message, responseTo, MessageReader.OpMsg);
        document.CopyTo(message.AsSpan(MessageReader.HeaderLength + 5));
        return message;
    }

    private static byte[] Reply(int responseTo, ReadOnlySpan<byte> document)
    {
        // Flags, cursor 0 (8 bytes), starting from 0, one document.
        var message = new byte[MessageReader.HeaderLength + 20 + document.Length];
        Header(message, responseTo, MessageReader.OpReply);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(16), AwaitCapable);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(32), 1);
        document.CopyTo(message.AsSpan(36));
        return message;
    }

    private static void Header(Span<byte> message, int responseTo, int opCode)
    {
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message[4..], responseTo);
        BinaryPrimitives.WriteInt32LittleEndian(message[8..], responseTo);
        BinaryPrimitives.WriteInt32LittleEndian(message[12..], opCode);
    }
}
