using System.Text;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb.Driver;

/// <summary>What is written reads back; what is damaged is read or refused, and nothing else happens.</summary>
public sealed class BsonRandomTests(ITestOutputHelper output)
{
    private readonly BsonWriter _writer = new();

    [Fact]
    public void RandomDocuments_WrittenAndRead_AreTheSame()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        for (var i = 0; i < 2_000; i++)
        {
            var tree = RandomTree(new Random(seed + i), depth: 0);

            _writer.Begin();
            Write(tree, inArray: false);

            Assert.Equal(Describe(tree), Describe(Read(new BsonReader(_writer.Finish()), inArray: false)));
        }
    }

    [Fact]
    public void RandomDamage_IsReadOrRefused()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var random = new Random(seed + i);
            _writer.Begin();
            Write(RandomTree(random, depth: 0), inArray: false);
            var bytes = _writer.Finish().ToArray();
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                BsonWalk.Through(bytes);
            }
            catch (MongoException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1, 19_999);
    }

    private static List<(string Name, object? Value)> RandomTree(Random random, int depth)
    {
        var tree = new List<(string, object?)>();
        for (var count = random.Next(6); count > 0; count--)
            tree.Add(($"n{tree.Count}{new string('x', random.Next(20))}", RandomValue(random, depth)));
        return tree;
    }

    private static object? RandomValue(Random random, int depth) => random.Next(depth < 4 ? 10 : 8) switch
    {
        0 => random.Next(int.MinValue, int.MaxValue),
        1 => random.NextInt64(long.MinValue, long.MaxValue),
        2 => random.NextDouble(),
        3 => random.Next(2) == 0,
        4 => null,
        5 => DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(-1L << 45, 1L << 45)),
        6 => string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => new Rune(random.Next(0xD800)))),
        7 => Convert.ToHexString(RandomBytes(random)),
        8 => RandomTree(random, depth + 1),
        _ => RandomTree(random, depth + 1).Select((item, index) => ($"{index}", item.Value)).ToList(),
    };

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(40)];
        random.NextBytes(bytes);
        return bytes;
    }

    private void Write(List<(string Name, object? Value)> tree, bool inArray)
    {
        foreach (var (text, value) in tree)
        {
            var name = inArray ? default : Encoding.UTF8.GetBytes(text).AsSpan();
            if (value is not List<(string, object?)> inner)
            {
                WriteScalar(name, value);
                continue;
            }
            var isArray = inner.Count > 0 && inner[0].Item1 == "0";
            _ = isArray ? _writer.BeginArray(name) : _writer.BeginDocument(name);
            Write(inner, isArray);
            _writer.End();
        }
    }

    private void WriteScalar(ReadOnlySpan<byte> name, object? value) => _ = value switch
    {
        int number => _writer.Int32(name, number),
        long number => _writer.Int64(name, number),
        double number => _writer.Double(name, number),
        bool truth => _writer.Bool(name, truth),
        DateTimeOffset instant => _writer.Date(name, instant.ToUnixTimeMilliseconds()),
        string text => _writer.String(name, text),
        _ => _writer.Null(name),
    };

    private static string Describe(object? value) => value switch
    {
        List<(string Name, object? Value)> tree =>
            $"{{{string.Join(", ", tree.Select(item => $"{item.Name}: {Describe(item.Value)}"))}}}",
        double number => $"{number:R}d",
        null => "null",
        DateTimeOffset instant => $"{instant:O}",
        _ => $"{value.GetType().Name} {value}",
    };

    private static List<(string Name, object? Value)> Read(BsonReader reader, bool inArray)
    {
        var tree = new List<(string, object?)>();
        while (reader.Read())
        {
            var name = Encoding.UTF8.GetString(reader.Name);
            Assert.True(!inArray || name == $"{tree.Count}");
            tree.Add((name, reader.Type switch
            {
                BsonType.Int32 => reader.GetInt32(),
                BsonType.Int64 => reader.GetInt64(),
                BsonType.Double => reader.GetDouble(),
                BsonType.Bool => reader.GetBool(),
                BsonType.Date => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetDate()),
                BsonType.String => reader.GetString(),
                BsonType.Document => Read(reader.GetDocument(), inArray: false),
                BsonType.Array => Read(reader.GetArray(), inArray: true),
                _ => null,
            }));
        }
        return tree;
    }
}
