using System.Text;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb.Driver;

/// <summary>The writer against bytes written by hand from bsonspec.org, the reader against whatever comes.</summary>
public sealed class BsonTests
{
    private readonly BsonWriter _writer = new(capacity: 1);

    [Fact]
    public void Finish_OfNothing_IsTheEmptyDocument() => Assert.Equal("0500000000", Hex(_writer.Begin().Finish()));

    [Fact]
    public void Writer_OfEachType_WritesTheBytesOfTheSpecification()
    {
        _writer.Begin()
            .String("s"u8, "é").Int32("i"u8, -2).Int64("l"u8, 5).Double("d"u8, 1.5).Bool("t"u8, true).Null("n"u8)
            .Date("z"u8, 1000).ObjectId("o"u8, Convert.FromHexString("000102030405060708090a0b"))
            .Binary("b"u8, [7, 8])
            .BeginDocument("e"u8).Bool("f"u8, false).End()
            .BeginArray("a"u8).Int32(default, 9).BeginDocument().End().End();

        var expected = string.Concat(
            "7a000000",
            "02" + "7300" + "03000000" + "c3a900",
            "10" + "6900" + "feffffff",
            "12" + "6c00" + "0500000000000000",
            "01" + "6400" + "000000000000f83f",
            "08" + "7400" + "01",
            "0a" + "6e00",
            "09" + "7a00" + "e803000000000000",
            "07" + "6f00" + "000102030405060708090a0b",
            "05" + "6200" + "02000000" + "00" + "0708",
            "03" + "6500" + "09000000" + "08" + "6600" + "00" + "00",
            "04" + "6100" + "14000000" + "10" + "3000" + "09000000" + "03" + "3100" + "0500000000" + "00",
            "00");
        Assert.Equal(expected, Hex(_writer.Finish()));
    }

    [Fact]
    public void Begin_AfterADocument_StartsAnew()
    {
        _writer.Begin().BeginDocument("left open"u8).Int32("x"u8, 1);

        Assert.Equal("0c0000001079000200000000", Hex(_writer.Begin().Int32("y"u8, 2).Finish()));
    }

    [Fact]
    public void Array_OfMoreThanTen_IsIndexedInDecimal()
    {
        _writer.Begin().BeginArray("a"u8);
        for (var i = 0; i < 101; i++)
            _writer.Null();
        var array = Reader(_writer.End().Finish(), "a").GetArray();

        for (var i = 0; i < 101; i++)
        {
            Assert.True(array.Read());
            Assert.Equal($"{i}", Encoding.UTF8.GetString(array.Name));
        }
        Assert.False(array.Read());
    }

    [Fact]
    public void Writer_OfWhatBsonCannotHold_Refuses()
    {
        Assert.Throws<ArgumentException>(() => _writer.Begin().Int32("a\0b"u8, 1));
        Assert.Throws<EncoderFallbackException>(() => _writer.Begin().String("s"u8, "\ud800"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.Begin().ObjectId("o"u8, new byte[11]));
    }

    [Fact]
    public void Writer_WithUnpairedEnds_Refuses()
    {
        Assert.Throws<InvalidOperationException>(() => _writer.Begin().End());
        Assert.Throws<InvalidOperationException>(() => Hex(_writer.Begin().BeginArray("a"u8).Finish()));
    }

    [Fact]
    public void MoveTo_InAnyOrder_FindsEachElement()
    {
        var reader = new BsonReader(_writer.Begin().Int32("a"u8, 1).Int32("b"u8, 2).Int32("c"u8, 3).Finish());

        foreach (var (name, value) in new[] { ("c", 3), ("a", 1), ("b", 2), ("b", 2), ("a", 1) })
        {
            Assert.True(reader.MoveTo(Encoding.UTF8.GetBytes(name)));
            Assert.Equal(value, reader.GetInt32());
        }
        Assert.False(reader.MoveTo("d"u8));
        Assert.Equal(BsonType.None, reader.Type);
        Assert.True(reader.MoveTo("a"u8));
    }

    [Fact]
    public void GetInt64_OfAnyWholeNumber_Reads()
    {
        _writer.Begin().Int32("i"u8, -7).Double("d"u8, 1e15).Double("f"u8, 0.5).Double("x"u8, double.NaN);
        var document = _writer.Finish().ToArray();

        Assert.Equal(-7, Reader(document, "i").GetInt64());
        Assert.Equal(1_000_000_000_000_000, Reader(document, "d").GetInt64());
        Assert.Throws<MongoException>(() => Reader(document, "f").GetInt64());
        Assert.Throws<MongoException>(() => Reader(document, "x").GetInt64());
    }

    [Fact]
    public void Getter_OfAnotherType_NamesTheField()
    {
        var document = _writer.Begin().String("agent_id"u8, "5").Finish().ToArray();

        var refused = Assert.Throws<MongoException>(() => Reader(document, "agent_id").GetInt64());

        Assert.Equal("The field 'agent_id' is String, not Int64.", refused.Message);
        Assert.Equal(MongoErrorDomain.Bson, refused.Domain);
    }

    [Theory]
    [InlineData("06" + "7800")] // undefined
    [InlineData("0b" + "7800" + "6100" + "6900")] // regex
    [InlineData("0c" + "7800" + "02000000" + "6100" + "000102030405060708090a0b")] // pointer
    [InlineData("0d" + "7800" + "02000000" + "6100")] // code
    [InlineData("0e" + "7800" + "02000000" + "6100")] // symbol
    [InlineData("0f" + "7800" + "0f000000" + "02000000" + "6100" + "0500000000")] // code with scope
    [InlineData("11" + "7800" + "0102030405060708")] // timestamp
    [InlineData("13" + "7800" + "000102030405060708090a0b0c0d0e0f")] // decimal128
    [InlineData("7f" + "7800")] // max key
    [InlineData("ff" + "7800")] // min key
    public void Read_OfATypeThatIsNotUsed_StepsOverIt(string element)
    {
        var document = Document(element + "10" + "6900" + "05000000");

        Assert.Equal(5, Reader(document, "i").GetInt32());
    }

    [Theory]
    [InlineData("")]
    [InlineData("05000000")] // too short
    [InlineData("0600000000")] // longer than it says
    [InlineData("040000000000")] // shorter
    [InlineData("0500000001")] // no end
    [InlineData("ffffffff00")] // negative
    [InlineData("0600000000" + "00")] // ends before its length
    [InlineData("0700000010" + "7800")] // no value
    [InlineData("0b00000010" + "7800" + "01020300")] // value is the end
    [InlineData("0700000041" + "7800")] // unknown type
    [InlineData("0800000010" + "787878")] // name does not end
    [InlineData("0d00000002" + "7800" + "ffffffff" + "0000")] // negative string
    [InlineData("0d00000002" + "7800" + "00000000" + "0000")] // string without its zero
    [InlineData("0d00000002" + "7800" + "ffffff7f" + "0000")] // endless string
    [InlineData("0d00000002" + "7800" + "01000000" + "0100")] // string ends otherwise
    [InlineData("0d00000005" + "7800" + "ffffff7f" + "0000")] // endless binary
    [InlineData("0d00000005" + "7800" + "ffffffff" + "0000")] // negative binary
    [InlineData("0d00000003" + "7800" + "04000000" + "0000")] // impossible document
    [InlineData("0900000008" + "7800" + "0200")] // neither true nor false
    public void Reader_OfMalformedBytes_Refuses(string hex)
    {
        var bytes = Convert.FromHexString(hex);

        var refused = Assert.Throws<MongoException>(() => BsonWalk.Through(bytes));

        Assert.StartsWith("Malformed BSON", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetString_OfBytesThatAreNotUtf8_Refuses()
    {
        var document = Document("02" + "7300" + "02000000" + "ff00");

        Assert.Throws<MongoException>(() => Reader(document, "s").GetString());
    }

    private static byte[] Document(string elements)
    {
        var body = Convert.FromHexString(elements);
        return [.. BitConverter.GetBytes(body.Length + 5), .. body, 0];
    }

    private static BsonReader Reader(ReadOnlySpan<byte> document, string name)
    {
        var reader = new BsonReader(document);
        Assert.True(reader.MoveTo(Encoding.UTF8.GetBytes(name)));
        return reader;
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
