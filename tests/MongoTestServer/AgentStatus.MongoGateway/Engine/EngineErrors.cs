using Npgsql;

namespace AgentStatus.MongoGateway.Engine;

/// <summary>DocumentDB tells its errors as SQL states: M0001 is BadValue, and so on; inside a write's answer they stand
/// as the number into which PostgreSQL packs a state (six bits a character). Here they become MongoDB's
/// codes.</summary>
internal static class EngineErrors
{
    public const int InternalError = 1;
    public const int BadValue = 2;
    public const int IllegalOperation = 20;
    public const int CursorNotFound = 43;
    public const int CommandNotFound = 59;
    public const int DuplicateKey = 11000;

    private static readonly Dictionary<string, (int Code, string Name)> Codes = new()
    {
        ["M0000"] = (InternalError, "InternalError"),
        ["M0001"] = (BadValue, "BadValue"),
        ["M0003"] = (9, "FailedToParse"),
        ["M00ER"] = (13, "Unauthorized"),
        ["M0004"] = (14, "TypeMismatch"),
        ["M0005"] = (15, "Overflow"),
        ["M0006"] = (IllegalOperation, "IllegalOperation"),
        ["M0008"] = (26, "NamespaceNotFound"),
        ["M0009"] = (27, "IndexNotFound"),
        ["M000A"] = (28, "PathNotViable"),
        ["M000D"] = (40, "ConflictingUpdateOperators"),
        ["M000E"] = (CursorNotFound, "CursorNotFound"),
        ["M000F"] = (48, "NamespaceExists"),
        ["M00EX"] = (50, "MaxTimeMSExpired"),
        ["M000G"] = (52, "DollarPrefixedFieldName"),
        ["M00EY"] = (CommandNotFound, "CommandNotFound"),
        ["M000M"] = (66, "ImmutableField"),
        ["M000N"] = (67, "CannotCreateIndex"),
        ["M000P"] = (72, "InvalidOptions"),
        ["M000Q"] = (73, "InvalidNamespace"),
        ["M000R"] = (85, "IndexOptionsConflict"),
        ["M000S"] = (86, "IndexKeySpecsConflict"),
        ["M00F1"] = (112, "WriteConflict"),
        ["M000U"] = (115, "CommandNotSupported"),
        ["M00CO"] = (121, "DocumentValidationFailure"),
        ["M00F5"] = (225, "TransactionTooOld"),
        ["M001B"] = (10334, "BSONObjectTooLarge"),
        ["M001C"] = (DuplicateKey, "DuplicateKey"),
        ["M007U"] = (40324, "Location40324"),
        ["M0088"] = (40415, "Location40415"),
        // PostgreSQL's own: two upserts of one id at once, a unique index that cannot be built, a statement's time-out,
        // deadlock and serialization.
        ["23505"] = (DuplicateKey, "DuplicateKey"),
        ["23P01"] = (DuplicateKey, "DuplicateKey"),
        ["57014"] = (50, "MaxTimeMSExpired"),
        ["40P01"] = (112, "WriteConflict"),
        ["40001"] = (112, "WriteConflict"),
    };

    private static readonly Dictionary<int, string> Names =
        Codes.Values.DistinctBy(c => c.Code).ToDictionary(c => c.Code, c => c.Name);

    /// <summary>The answer to a command that failed; driverRetries marks it as one that a driver tries again.</summary>
    public static byte[] Answer(int code, string message, bool driverRetries = false)
    {
        var answer = new BsonWriter().Double("ok", 0).String("errmsg", message).Int32("code", code)
            .String("codeName", Names.GetValueOrDefault(code, $"Location{code}"));
        return (driverRetries ? answer.Strings("errorLabels", "RetryableWriteError") : answer).ToBytes();
    }

    /// <summary>What the client is told of a failure of PostgreSQL.</summary>
    public static Exception Translate(NpgsqlException failure) => failure is PostgresException e && !IsLost(e.SqlState)
        ? new CommandException(CodeOf(e.SqlState), e.MessageText)
        : new DatabaseLostException(failure);

    /// <summary>The same command may succeed when it is run again: it met another one, and was undone.</summary>
    public static bool MayBeRunAgain(NpgsqlException failure) =>
        failure is PostgresException { SqlState: "40P01" or "40001" };

    /// <summary>MongoDB's code for a state that PostgreSQL packed into a number; null when it is none.</summary>
    public static int? UnpackedCode(long packed)
    {
        // MongoDB's own codes are far smaller than a packed state, unless that ends in 0.
        var state = string.Create(5, packed, static (text, value) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = (char)('0' + ((value >> (6 * i)) & 0x3F));
        });
        return packed < 1 << 24 && !Codes.ContainsKey(state) ? null : CodeOf(state);
    }

    private static int CodeOf(string state) => Codes.TryGetValue(state, out var known) ? known.Code : InternalError;

    // Connection failures, shutdown and crash of the database, its start, and too many connections.
    private static bool IsLost(string state) =>
        state.StartsWith("08", StringComparison.Ordinal) || state is "57P01" or "57P02" or "57P03" or "53300";
}
