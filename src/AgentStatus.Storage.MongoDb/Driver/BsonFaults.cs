using System.Text;

namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>The reader's exceptions, out of its way.</summary>
internal static class BsonFaults
{
    public static MongoException Malformed(string what) => new(MongoErrorDomain.Bson, 0, $"Malformed BSON: {what}.");

    public static MongoException OtherType(ReadOnlySpan<byte> name, BsonType actual, BsonType expected) => new(
        MongoErrorDomain.Bson, 0, $"The field '{Encoding.UTF8.GetString(name)}' is {actual}, not {expected}.");

    public static long WholeNumber(double value, ReadOnlySpan<byte> name) =>
        value == Math.Truncate(value) && Math.Abs(value) <= 1L << 53
            ? (long)value
            : throw OtherType(name, BsonType.Double, BsonType.Int64);
}
