using System.Buffers.Binary;
using System.Text;
using AgentStatus.MongoGateway.Wire;

namespace AgentStatus.MongoGateway.Tests;

public sealed class MessageReaderTests
{
    private static readonly byte[] Ping = new BsonWriter().Int32("ping", 1).String("$db", "admin").ToBytes();
    private static readonly byte[] First = new BsonWriter().Int32("_id", 1).ToBytes();
    private static readonly byte[] Second = new BsonWriter().Int32("_id", 2).String("name", "two").ToBytes();

    [Fact]
    public void Parse_BodyAlone_IsTheCommand()
    {
        var request = MessageReader.Parse(7, MessageReader.OpMsg, Msg(0, Body(Ping)));

        Assert.Equal("ping", request.Command);
        Assert.Equal("admin", request.Database);
        Assert.Null(request.Documents);
        Assert.False(request.Unacknowledged);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Parse_DocumentSequence_IsTheDocumentsAsTheyCame(bool bodyFirst)
    {
        var sequence = Sequence("documents", First, Second);
        var message = bodyFirst ? Msg(0, Body(Ping), sequence) : Msg(0, sequence, Body(Ping));

        var request = MessageReader.Parse(7, MessageReader.OpMsg, message);

        Assert.Equal([.. First, .. Second], request.Documents!.Value.ToArray());
        Assert.Equal("ping", request.Command);
    }

    [Fact]
    public void Parse_Checksum_IsNoSection()
    {
        byte[] message = [.. Msg(1, Body(Ping)), 1, 2, 3, 4];

        Assert.Equal("ping", MessageReader.Parse(7, MessageReader.OpMsg, message).Command);
    }

    [Fact]
    public void Parse_MoreToCome_WaitsForNoAnswer() =>
        Assert.True(MessageReader.Parse(7, MessageReader.OpMsg, Msg(2, Body(Ping))).Unacknowledged);

    [Fact]
    public void Parse_OldQuery_IsAnsweredInTheOldProtocol()
    {
        byte[] message = [0, 0, 0, 0, .. "admin.$cmd\0"u8, 0, 0, 0, 0, 1, 0, 0, 0, .. Ping];

        var request = MessageReader.Parse(7, MessageReader.OpQuery, message);

        Assert.Equal("ping", request.Command);
        var answer = AnswerWriter.Frame(request, First);
        Assert.Equal(MessageReader.OpReply, BinaryPrimitives.ReadInt32LittleEndian(answer.AsSpan(12)));
        Assert.Equal(7, BinaryPrimitives.ReadInt32LittleEndian(answer.AsSpan(8)));
        Assert.Equal(First, answer[36..]);
    }

    [Fact]
    public void Parse_CompressedMessage_IsRefused() =>
        Assert.Throws<WireException>(() => MessageReader.Parse(7, 2012, Msg(0, Body(Ping))));

    [Fact]
    public async Task Read_EndOfTheStream_IsNoRequest() =>
        Assert.Null(await new MessageReader(new MemoryStream([1, 2, 3])).ReadAsync(CancellationToken.None));

    private static byte[] Msg(int flags, params byte[][] sections)
    {
        var message = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(message, flags);
        return [.. message, .. sections.SelectMany(s => s)];
    }

    private static byte[] Body(byte[] document) => [0, .. document];

    private static byte[] Sequence(string name, params byte[][] documents)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes(name), 0, .. documents.SelectMany(d => d)];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length + 4);
        return [1, .. length, .. content];
    }
}
