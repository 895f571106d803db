using System.Globalization;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using AlphaReflection = Grpc.Reflection.V1Alpha.ReflectionReflection;
using Reflection = Grpc.Reflection.V1.ReflectionReflection;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>No message to any RPC of any service yields UNKNOWN or INTERNAL, nor an error in the log (which fails the
/// fixture), nor memory that is not given back: so nothing else runs meanwhile.</summary>
[Collection(nameof(Alone))]
public sealed class FuzzTests(ITestOutputHelper output) : ServerTests(Now)
{
    public static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    private const string Variable = "AGENTSTATUS_TEST_FUZZ";
    private const int AtOnce = 16;
    private const long MostGrowth = 64_000_000;

    private static readonly FileDescriptor[] Files =
    [
        AgentStatusService.Descriptor.File, AdminService.Descriptor.File, Health.Descriptor.File,
        Reflection.Descriptor, AlphaReflection.Descriptor,
    ];

    public static TheoryData<string> Rpcs =>
        new(Files.SelectMany(file => file.Services).SelectMany(service => service.Methods).Select(rpc => rpc.FullName));

    /// <summary>Messages to each RPC: 400, 20,000 in CI, or what is asked for.</summary>
    private static int Messages => int.Parse(
        Environment.GetEnvironmentVariable(Variable)
            ?? (SlowAttribute.IsAsked ? "20000" : "400"),
        CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(Rpcs))]
    public Task Any_message_is_answered_or_refused(string rpc) => Seeds.ForEachAsync(1, async random =>
    {
        var method = Files.SelectMany(file => file.Services).SelectMany(service => service.Methods)
            .Single(method => method.FullName == rpc);
        var statuses = new Dictionary<StatusCode, int>();
        await SendAsync(method, random, Messages / 4, statuses);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await SendAsync(method, random, Messages - (Messages / 4), statuses);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"{rpc}: {string.Join(", ", statuses)}; {growth / 1e6:0.0} MB more");
        Assert.InRange(growth, long.MinValue, MostGrowth);
    });

    /// <summary>A parser that adds such a length to a position overflows, and goes on to allocate 2 GiB for 12
    /// bytes.</summary>
    [Theory]
    [MemberData(nameof(Rpcs))]
    public async Task Lengths_close_to_2_GiB_are_refused(string rpc)
    {
        byte[] outer = [0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        byte[] inner = [0xFF, 0xFF, 0xFF, 0xFE, 0x07];
        var method = Files.SelectMany(file => file.Services).SelectMany(service => service.Methods)
            .Single(method => method.FullName == rpc);
        foreach (var field in method.InputType.Fields.InDeclarationOrder().Where(IsMessage))
        {
            byte[] request = [(byte)((field.FieldNumber << 3) | 2), .. outer, 0x7A, .. inner];
            Assert.Equal(StatusCode.InvalidArgument, await RawRequests.SendAsync(Server.Channel, method, [request]));
        }

        static bool IsMessage(FieldDescriptor field) => field.FieldType == FieldType.Message;
    }

    private async Task SendAsync(
        MethodDescriptor method, Random random, int count, Dictionary<StatusCode, int> statuses)
    {
        for (var sent = 0; sent < count; sent += AtOnce)
        {
            var requests = Enumerable.Range(0, AtOnce).Select(_ => Request(method, random)).ToList();
            var answers = await Task.WhenAll(requests.Select(
                request => RawRequests.SendAsync(Server.Channel, method, request))).WaitAsync(Until.Limit);
            foreach (var (request, status) in requests.Zip(answers))
            {
                Assert.True(
                    status is not (StatusCode.Unknown or StatusCode.Internal),
                    $"{method.FullName} is {status} for {string.Join(' ', request.Select(Convert.ToHexString))}");
                statuses[status] = statuses.GetValueOrDefault(status) + 1;
            }
        }
    }

    private static byte[][] Request(MethodDescriptor method, Random random) =>
    [
        .. Enumerable.Range(0, method.IsClientStreaming ? random.Next(4) : 1)
            .Select(_ => RandomBytes.Mutated(method.InputType, random)),
    ];
}
