using AgentStatus.MongoGateway.Wire;

namespace AgentStatus.MongoGateway.Tests;

public sealed class BsonTests
{
    [Fact]
    public void Elements_OfEveryWrittenType_AreWalkedInOrder()
    {
        var bytes = new BsonWriter()
            .Double("double", 1.5).Int32("int", -3).Int64("long", 1L << 40).Bool("bool", true).String("text", "čas")
            .DateTime("date", DateTimeOffset.UnixEpoch).Binary("binary", [1, 2]).Strings("strings", "a", "b")
            .Int64s("longs", [4, 5]).Document("inner", new BsonWriter().Ok()).Array("array", [new BsonWriter().Ok()])
            .Ok().ToBytes();

        var document = new BsonDocument(bytes);

        Assert.Equal(
            "double int long bool text date binary strings longs inner array ok",
            string.Join(' ', document.Elements().Select(e => e.Name)));
        Assert.Equal(-3, document.Find("int"u8).AsInt64());
        Assert.Equal(1L << 40, document.Find("long"u8).AsInt64());
        Assert.Equal("čas", document.Find("text"u8).AsString());
        Assert.Equal([1, 2], document.Find("binary"u8).AsBinary());
        Assert.Equal([4L, 5L], document.Find("longs"u8).AsDocument().Elements().Select(e => e.AsInt64()!.Value));
        Assert.Equal(default, document.Find("none"u8).Type);
    }

    [Fact]
    public void Copy_OfEveryElement_IsTheSameDocument()
    {
        var bytes = new BsonWriter().String("a", "b").Document("c", new BsonWriter().Int32("d", 1)).Ok().ToBytes();
        var copy = new BsonWriter();

        foreach (var element in new BsonDocument(bytes).Elements()) copy.Copy(element);

        Assert.Equal(bytes, copy.ToBytes());
    }

    [Fact]
    public void Elements_ValueLongerThanTheDocument_IsRefused()
    {
        var bytes = new BsonWriter().String("text", "four").ToBytes();
        bytes[10] = 200;

        Assert.Throws<WireException>(() => new BsonDocument(bytes).Elements().Count());
    }
}
