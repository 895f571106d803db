using Google.Protobuf.Reflection;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>No input ever yields UNKNOWN or INTERNAL, nor an error in the log (which fails the fixture).</summary>
public sealed class FuzzTests() : ServerTests(new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero))
{
    private const int Rounds = 400;

    private static readonly StatusCode[] Expected =
        [StatusCode.OK, StatusCode.InvalidArgument, StatusCode.AlreadyExists];

    private CallInvoker Invoker => Server.Channel.CreateCallInvoker();

    [Fact]
    public Task Any_field_values_are_answered_or_refused() => Seeds.ForEachAsync(2, async random =>
    {
        for (var i = 0; i < Rounds; i++)
        {
            foreach (var method in RawRequests.Unary)
                await AssertExpectedAsync(method, RandomBytes.Fill(Request(method), random).ToByteArray());
            var group = RandomBytes.Fill(new StreamRingTargetsRequest(), random).ToByteArray();
            Assert.Equal(StatusCode.OK, await RawRequests.StreamAsync(Invoker, group, [], group));
        }
    });

    [Fact]
    public Task Any_bytes_are_answered_or_refused() => Seeds.ForEachAsync(2, async random =>
    {
        for (var i = 0; i < Rounds; i++)
        {
            foreach (var method in RawRequests.Unary)
                await AssertExpectedAsync(method, RandomBytes.Spoil(Request(method), random));
            var status = await RawRequests.StreamAsync(
                Invoker, RandomBytes.Spoil(new StreamRingTargetsRequest(), random));
            Assert.Contains(status, Expected);
        }
    });

    /// <summary>A parser that adds such a length to a position overflows, and goes on to allocate 2 GiB for 12
    /// bytes.</summary>
    [Fact]
    public async Task Lengths_close_to_2_GiB_are_refused()
    {
        byte[] outer = [0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        byte[] inner = [0xFF, 0xFF, 0xFF, 0xFE, 0x07];
        foreach (var method in RawRequests.Unary)
        {
            foreach (var field in Request(method).Descriptor.Fields.InDeclarationOrder().Where(IsMessage))
            {
                byte[] request = [(byte)((field.FieldNumber << 3) | 2), .. outer, 0x7A, .. inner];
                Assert.Equal(StatusCode.InvalidArgument, await RawRequests.SendAsync(Invoker, method, request));
            }
        }

        static bool IsMessage(FieldDescriptor field) => field.FieldType == FieldType.Message;
    }

    private async Task AssertExpectedAsync(string method, byte[] request)
    {
        var status = await RawRequests.SendAsync(Invoker, method, request);
        Assert.True(Expected.Contains(status), $"{method} is {status} for {Convert.ToHexString(request)}");
    }

    private static IMessage Request(string method) =>
        AgentStatusService.Descriptor.FindMethodByName(method).InputType.Parser.ParseFrom(ByteString.Empty);
}
