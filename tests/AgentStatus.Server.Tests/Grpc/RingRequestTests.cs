using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>Requests are read, and refused, as generated code does it: whole ones, spoilt ones and any bytes.</summary>
public sealed class RingRequestTests
{
    private const int Rounds = 5_000;

    [Fact]
    public void Ring_AnyBytes_ReadsWhatGeneratedCodeReads() => Seeds.ForEach(3, random =>
    {
        for (var i = 0; i < Rounds; i++)
            AssertSameOfOne(RandomBytes.Of<ClassifyRingTargetRequest>(random), random.Next(1, 9));
    });

    [Fact]
    public void Read_AnyBytes_ReadsWhatGeneratedCodeReads() => Seeds.ForEach(3, random =>
    {
        for (var i = 0; i < Rounds; i++)
            AssertSame(RandomBytes.Of<ClassifyRingTargetsRequest>(random), random.Next(1, 9));
    });

    [Fact]
    public void ReadOnStream_AnyBytes_ReadsWhatGeneratedCodeReads() => Seeds.ForEach(3, random =>
    {
        for (var i = 0; i < Rounds; i++)
            AssertSameOnStream(RandomBytes.Of<StreamRingTargetsRequest>(random), random.Next(1, 9));
    });

    [Theory]
    [InlineData("2A020801" + "2A021005")] // ring_at in two parts: merged
    [InlineData("08010802")] // company_id twice: the last
    [InlineData("3208" + "0801" + "1002" + "0803" + "1004")] // a target's fields twice
    [InlineData("3200")] // an empty target
    [InlineData("3A0208013203080199")] // an unknown field; a target that ends within a varint
    [InlineData("32020880")] // a varint that does not end
    [InlineData("3205080132")] // a target that ends beyond the message
    [InlineData("08FFFFFFFFFFFFFFFFFF01")] // -1
    [InlineData("08FFFFFFFFFFFFFFFFFFFF01")] // eleven bytes
    [InlineData("880001")] // a tag in two bytes
    [InlineData("0001")] // field 0
    [InlineData("0A0101")] // company_id as a message
    [InlineData("350000000032020801")] // targets as four bytes
    [InlineData("33" + "0801" + "34")] // targets as a group
    [InlineData("34")] // the end of a group
    [InlineData("2AFFFFFFFF07" + "0801")] // ring_at of 2^31 - 1 bytes
    [InlineData("32FFFFFFFF07" + "0801")] // a target, or the ring_at of one, of as many
    [InlineData("2AFEFFFFFF07" + "2ACEB3A3FE07" + "310101010101010101")] // one within a ring_at of as many
    [InlineData("2008")] // queue_rule beyond the known
    [InlineData("4801" + "4001")] // record of one message, an unknown field of the other
    [InlineData("4801" + "4800")] // record twice: the last
    [InlineData("20FFFFFFFF7F")] // queue_rule beyond 32 bits
    public void Read_OddBytes_ReadsWhatGeneratedCodeReads(string hex)
    {
        AssertSameOfOne(Convert.FromHexString(hex), int.MaxValue);
        AssertSame(Convert.FromHexString(hex), 1);
        AssertSame(Convert.FromHexString(hex), int.MaxValue);
        AssertSameOnStream(Convert.FromHexString(hex), int.MaxValue);
    }

    [Fact]
    public void Read_MoreTargetsThanAllowed_CountsThem()
    {
        var request = new ClassifyRingTargetsRequest();
        for (var i = 0; i < Core.Limits.RingTargets + 5; i++) request.Targets.Add(new RingTarget { AgentId = i + 1 });

        var group = RingRequest.ReadGroup(new WireBytes(request.ToByteArray()));

        Assert.Equal(Core.Limits.RingTargets + 5, group.TargetCount);
        Assert.Equal(Core.Limits.RingTargets, group.Targets.Length);
        Assert.Equal(Core.Limits.RingTargets, group.Targets[^1].AgentId);
    }

    private static void AssertSameOfOne(byte[] bytes, int pieceBytes) => AssertSame(
        () =>
        {
            var given = ClassifyRingTargetRequest.Parser.ParseFrom(bytes);
            return Text(
                0, given.CompanyId, given.CallId, given.RingGroupId, (int)given.QueueRule, given.RingAt, given.Record,
                [new RingRequest.Target(given.AgentId, (int)given.Outcome)]);
        },
        () =>
        {
            var read = RingRequest.ReadRing(new WireBytes(bytes, pieceBytes));
            return Text(
                0, read.CompanyId, read.CallId, read.RingGroupId, read.QueueRule, read.RingAt, read.Record,
                [new RingRequest.Target(read.AgentId, read.Outcome)]);
        },
        nameof(ClassifyRingTargetRequest),
        bytes);

    private static void AssertSame(byte[] bytes, int pieceBytes) => AssertSame(
        () => Text(ClassifyRingTargetsRequest.Parser.ParseFrom(bytes)),
        () => Text(RingRequest.ReadGroup(new WireBytes(bytes, pieceBytes))),
        nameof(ClassifyRingTargetsRequest),
        bytes);

    private static void AssertSameOnStream(byte[] bytes, int pieceBytes) => AssertSame(
        () => Text(StreamRingTargetsRequest.Parser.ParseFrom(bytes)),
        () => Text(RingRequest.ReadOnStream(new WireBytes(bytes, pieceBytes))),
        nameof(StreamRingTargetsRequest),
        bytes);

    private static void AssertSame(Func<string> expected, Func<string> read, string name, byte[] bytes)
    {
        string expectedText;
        try
        {
            expectedText = expected();
        }
        catch (InvalidProtocolBufferException)
        {
            Assert.Throws<InvalidProtocolBufferException>(() => read());
            return;
        }

        Assert.True(expectedText == read(), $"{name} of {Convert.ToHexString(bytes)}: {expectedText}, but {read()}");
    }

    private static string Text(ClassifyRingTargetsRequest given) => Text(
        0, given.CompanyId, given.CallId, given.RingGroupId, (int)given.QueueRule, given.RingAt, given.Record,
        given.Targets.Select(target => new RingRequest.Target(target.AgentId, (int)target.Outcome)));

    private static string Text(StreamRingTargetsRequest given) => Text(
        given.RequestId, given.CompanyId, given.CallId, given.RingGroupId, (int)given.QueueRule, given.RingAt,
        given.Record, given.Targets.Select(target => new RingRequest.Target(target.AgentId, (int)target.Outcome)));

    private static string Text(RingRequest given)
    {
        Assert.Equal(given.TargetCount, given.Targets.Length);
        var text = Text(
            given.RequestId ?? 0, given.CompanyId, given.CallId, given.RingGroupId, given.QueueRule, given.RingAt,
            given.Record, given.Targets.ToArray());
        given.Release();
        given.Release();
        return text;
    }

    private static string Text(
        ulong requestId,
        long companyId,
        long callId,
        long ringGroupId,
        int queueRule,
        Timestamp? ringAt,
        bool record,
        IEnumerable<RingRequest.Target> targets) =>
        $"{requestId} {companyId} {callId} {ringGroupId} {queueRule} {At(ringAt)} {record} {string.Join(',', targets)}";

    private static string At(Timestamp? time) => time is null ? "none" : $"{time.Seconds}:{time.Nanos}";
}
