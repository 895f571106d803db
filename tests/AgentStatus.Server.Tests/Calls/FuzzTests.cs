using AgentStatus.Core.Tests;
using AgentStatus.Server.Tests.Running;
using AgentStatus.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Calls;

/// <summary>No input ever yields UNKNOWN or INTERNAL, nor an error in the log (which fails the fixture).</summary>
public sealed class FuzzTests : IAsyncLifetime
{
    private const int Rounds = 400;

    private static readonly StatusCode[] Expected =
        [StatusCode.OK, StatusCode.InvalidArgument, StatusCode.AlreadyExists];

    private TestServer _server = null!;
    private CallInvoker _invoker = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero));
        _invoker = _server.Channel.CreateCallInvoker();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public Task Any_field_values_are_answered_or_refused() => Seeds.ForEachAsync(2, async random =>
    {
        for (var i = 0; i < Rounds; i++)
        {
            foreach (var method in RawCalls.Unary) await AssertExpectedAsync(method, Fill(Request(method), random).ToByteArray());
            var group = Fill(new StreamRingTargetsRequest(), random).ToByteArray();
            Assert.Equal(StatusCode.OK, await RawCalls.StreamAsync(_invoker, group, [], group));
        }
    });

    [Fact]
    public Task Any_bytes_are_answered_or_refused() => Seeds.ForEachAsync(2, async random =>
    {
        for (var i = 0; i < Rounds; i++)
        {
            foreach (var method in RawCalls.Unary) await AssertExpectedAsync(method, Spoil(Request(method), random));
            var status = await RawCalls.StreamAsync(_invoker, Spoil(new StreamRingTargetsRequest(), random));
            Assert.Contains(status, Expected);
        }
    });

    private async Task AssertExpectedAsync(string method, byte[] request)
    {
        var status = await RawCalls.CallAsync(_invoker, method, request);
        Assert.True(Expected.Contains(status), $"{method} is {status} for {Convert.ToHexString(request)}");
    }

    private static IMessage Request(string method) =>
        AgentStatusService.Descriptor.FindMethodByName(method).InputType.Parser.ParseFrom(ByteString.Empty);

    /// <summary>A message of random fields, with a byte of it changed, or cut, or random bytes altogether.</summary>
    private static byte[] Spoil(IMessage message, Random random)
    {
        var bytes = Fill(message, random).ToByteArray();
        if (bytes.Length == 0 || random.Next(4) == 0)
        {
            bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
        }
        else if (random.Next(2) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }
        else
        {
            bytes = bytes[..random.Next(bytes.Length)];
        }

        return bytes;
    }

    private static IMessage Fill(IMessage message, Random random)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (random.Next(8) == 0) continue;
            if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(message);
                for (var i = random.Next(4); i > 0; i--) list.Add(Value(field, random));
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, random));
            }
        }

        return message;
    }

    private static object Value(FieldDescriptor field, Random random) => field.FieldType switch
    {
        FieldType.Int64 => Int64(random),
        FieldType.UInt64 => unchecked((ulong)Int64(random)),
        FieldType.Int32 => Int32(random),
        FieldType.Enum => Int32(random),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.String => Text(random),
        FieldType.Message when field.MessageType == Timestamp.Descriptor => new Timestamp
        {
            Seconds = random.Next(3) == 0 ? Int64(random) : random.NextInt64(Times.FirstSecond, 1_772_541_000),
            Nanos = random.Next(4) == 0 ? Int32(random) : random.Next(1_000_000_000),
        },
        FieldType.Message => Fill(field.MessageType.Parser.ParseFrom(ByteString.Empty), random),
        _ => throw new InvalidOperationException($"{field.FullName}: no values for a {field.FieldType}"),
    };

    private static long Int64(Random random) => random.Next(8) switch
    {
        0 => long.MinValue,
        1 => long.MaxValue,
        2 => random.NextInt64(long.MinValue, long.MaxValue),
        3 => random.Next(-3, 3),
        _ => random.Next(1, 4),
    };

    private static int Int32(Random random) => random.Next(8) switch
    {
        0 => int.MinValue,
        1 => int.MaxValue,
        2 => random.Next(-3, 12),
        _ => random.Next(1, 4),
    };

    private static string Text(Random random) => random.Next(8) switch
    {
        0 => "",
        1 => new string((char)random.Next(1, 0xD800), random.Next(0, 200)),
        2 => "\0\r\n\u00e9\U0001F600%",
        3 => "Europe/Prague",
        4 => "America/St_Johns",
        5 => "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        _ => $"{random.Next()}",
    };
}
