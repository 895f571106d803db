using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>Requests as nobody should send them.</summary>
internal static class RandomBytes
{
    /// <summary>A message of random fields: one in two as it is, the others spoilt.</summary>
    public static byte[] Of<T>(Random random)
        where T : IMessage, new() =>
        random.Next(2) == 0 ? Fill(new T(), random).ToByteArray() : Spoil(new T(), random);

    /// <summary>A message that is mostly good, and somewhere not: any fields, one field of any content, or bytes that
    /// are changed, cut out, put in or doubled.</summary>
    public static byte[] Mutated(MessageDescriptor type, Random random)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        switch (random.Next(4))
        {
            case 0: return Fill(message, random).ToByteArray();
            case 1: return Spoil(message, random);
            case 2: return Edit(Plausible(message, random).ToByteArray(), random);
            default:
                var fields = Plausible(message, random).Descriptor.Fields.InDeclarationOrder()
                    .Where(field => !field.IsRepeated).ToList();
                if (fields.Count > 0 && fields[random.Next(fields.Count)] is var field)
                    field.Accessor.SetValue(message, Value(field, random));
                return message.ToByteArray();
        }
    }

    /// <summary>A message of random fields, with a byte of it changed, or a length close to 2^31 in place of a byte, or
    /// cut, or random bytes altogether.</summary>
    public static byte[] Spoil(IMessage message, Random random)
    {
        var bytes = Fill(message, random).ToByteArray();
        if (bytes.Length == 0 || random.Next(4) == 0)
        {
            bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
        }
        else if (random.Next(3) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }
        else if (random.Next(2) == 0)
        {
            var at = random.Next(bytes.Length);
            bytes = [.. bytes[..at], (byte)random.Next(0x80, 0x100), 0xFF, 0xFF, 0xFF, 0x07, .. bytes[(at + 1)..]];
        }
        else
        {
            bytes = bytes[..random.Next(bytes.Length)];
        }

        return bytes;
    }

    /// <summary>Gives most fields any value, likely ones and extreme ones; the same message back.</summary>
    public static IMessage Fill(IMessage message, Random random)
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

    /// <summary>Gives all fields values that are mostly good.</summary>
    private static IMessage Plausible(IMessage message, Random random)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (!field.IsRepeated)
            {
                field.Accessor.SetValue(message, PlausibleValue(field, random));
                continue;
            }

            var list = (System.Collections.IList)field.Accessor.GetValue(message);
            for (var i = random.Next(4); i > 0; i--) list.Add(PlausibleValue(field, random));
        }

        return message;
    }

    private static object PlausibleValue(FieldDescriptor field, Random random) => field.FieldType switch
    {
        FieldType.Int64 => random.NextInt64(1, 4),
        FieldType.UInt64 => (ulong)random.Next(1, 4),
        FieldType.Int32 => random.Next(1, 4),
        FieldType.Enum => field.EnumType.Values[random.Next(field.EnumType.Values.Count)].Number,
        FieldType.String => field.Name == "event_id" ? $"{random.Next(1_000)}" : "",
        FieldType.Message when field.MessageType == Timestamp.Descriptor =>
            Times.At(FuzzTests.Now.AddMinutes(-random.Next(1, 3_000))),
        FieldType.Message => Plausible(field.MessageType.Parser.ParseFrom(ByteString.Empty), random),
        _ => Value(field, random),
    };

    private static byte[] Edit(byte[] bytes, Random random)
    {
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var (from, to) = (random.Next(bytes.Length + 1), random.Next(bytes.Length + 1));
            if (from > to) (from, to) = (to, from);
            bytes = random.Next(4) switch
            {
                0 => [.. bytes[..from], .. bytes[to..]],
                1 => [.. bytes[..to], .. bytes[from..]],
                2 => [.. bytes[..from], (byte)random.Next(256), .. bytes[from..]],
                _ when to < bytes.Length =>
                [.. bytes[..to], (byte)(bytes[to] ^ (1 << random.Next(8))), .. bytes[(to + 1)..]],
                _ => bytes,
            };
        }

        return bytes;
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
