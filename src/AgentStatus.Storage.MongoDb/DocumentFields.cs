namespace AgentStatus.Storage.MongoDb;

/// <summary>What documents and filters have in common.</summary>
internal static class DocumentFields
{
    /// <summary>An int64, an int32, or a double without a fraction: servers and shells choose among them.</summary>
    public static long WholeNumber(this BsonDocument document, string name) => document[name] switch
    {
        BsonDouble { Value: var value } when double.IsInteger(value) && Math.Abs(value) <= 1L << 53 => (long)value,
        BsonDouble { Value: var value } => throw new FormatException($"{value} is no whole number."),
        var number => number.IsInt32 ? number.AsInt32 : number.AsInt64,
    };

    /// <summary>0 where the field is missing or null: an index gives null for what a document does not have.</summary>
    public static long WholeNumberOrZero(this BsonDocument document, string name) =>
        document.GetValue(name, BsonNull.Value).IsBsonNull ? 0 : document.WholeNumber(name);

    /// <summary>Empty where the field is missing or null.</summary>
    public static string TextOrEmpty(this BsonDocument document, string name) =>
        document.GetValue(name, BsonNull.Value) is { IsBsonNull: false } text ? text.AsString : "";

    public static long Date(this BsonDocument document, string name) =>
        document[name].AsBsonDateTime.MillisecondsSinceEpoch;

    public static long? DateOrNull(this BsonDocument document, string name) =>
        document[name].IsBsonNull ? null : document.Date(name);

    public static BsonValue DateOrNull(long? milliseconds) =>
        milliseconds is { } value ? new BsonDateTime(value) : BsonNull.Value;

    /// <summary>Also null where documents from before there was the field lack it.</summary>
    public static string? TextOrNull(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var text) && !text.IsBsonNull ? text.AsString : null;

    /// <summary>A date to compare with. An instant beyond the years that occur becomes the first or the one after the
    /// last: databases other than MongoDB know no further ones.</summary>
    public static BsonDateTime Bound(long milliseconds) =>
        new(Math.Clamp(milliseconds, Limits.FirstInstantMs, Limits.LastInstantMs + 1));
}
