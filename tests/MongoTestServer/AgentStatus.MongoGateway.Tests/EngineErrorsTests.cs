using AgentStatus.MongoGateway.Engine;
using AgentStatus.MongoGateway.Wire;
using Npgsql;

namespace AgentStatus.MongoGateway.Tests;

public sealed class EngineErrorsTests
{
    // Numbers as the engine wrote them into the writeErrors of its answers.
    [Theory]
    [InlineData(319029277, EngineErrors.DuplicateKey)]
    [InlineData(16777245, EngineErrors.BadValue)]
    public void UnpackedCode_OfThePackedState_IsMongoDBsCode(long packed, int code) =>
        Assert.Equal(code, EngineErrors.UnpackedCode(packed));

    [Theory]
    [InlineData(11000)]
    [InlineData(121)]
    public void UnpackedCode_OfAMongoDBCode_IsNone(long code) => Assert.Null(EngineErrors.UnpackedCode(code));

    [Theory]
    [InlineData("57P01")]
    [InlineData("57P03")]
    [InlineData("08006")]
    public void Translate_DatabaseGone_EndsTheConnection(string state) =>
        Assert.IsType<DatabaseLostException>(EngineErrors.Translate(Failure(state)));

    [Fact]
    public void Translate_EnginesState_IsMongoDBsCode() =>
        Assert.Equal(26, Assert.IsType<CommandException>(EngineErrors.Translate(Failure("M0008"))).Code);

    [Fact]
    public void Answer_ThatADriverRetries_CarriesTheLabel()
    {
        var answer = new BsonDocument(EngineErrors.Answer(10107, "no primary", driverRetries: true));

        Assert.Equal(0, answer.Find("ok"u8).AsInt64());
        Assert.Equal(10107, answer.Find("code"u8).AsInt64());
        Assert.Equal("RetryableWriteError", answer.Find("errorLabels"u8).AsDocument().Elements().Single().AsString());
    }

    private static PostgresException Failure(string state) => new("message", "ERROR", "ERROR", state);
}
