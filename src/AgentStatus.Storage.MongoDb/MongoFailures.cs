using DnsClient;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Turns what the driver throws into a <see cref="StoreException"/> that says what to check. Not all of it is
/// a MongoException: looking for a server or a connection ends in a TimeoutException, and a document that is no valid
/// BSON in a FormatException.</summary>
internal static class MongoFailures
{
    private const string WhereToLook =
        " Check that MongoDB runs, has a primary, and can be reached from here by Storage:ConnectionString.";

    /// <summary>Another document has the id.</summary>
    public const int DuplicateKey = 11000;

    private const int Unauthorized = 13;
    private const int AuthenticationFailed = 18;
    private const int IndexOptionsConflict = 85;
    private const int IndexKeySpecsConflict = 86;

    /// <summary>Codes of the server after which trying again later can help.</summary>
    private static readonly HashSet<int> PassingCodes =
    [
        6, 7, 89, 9001, // host unreachable, not found, network time-out, socket
        50, 262, // a time limit of the server's
        91, 11600, // shutting down
        189, 10107, 10058, 11602, 13435, 13436, // stepped down, not primary, recovering
    ];

    public static bool IsOfDatabase(Exception failure) => failure
        is MongoException or TimeoutException or FormatException or DnsResponseException or OperationCanceledException;

    /// <summary>No server, no connection, no answer in time, no primary at the moment, or no majority: whether a write
    /// arrived is not known; trying again later can help.</summary>
    public static bool IsPassing(Exception failure) => failure switch
    {
        MongoAuthenticationException { InnerException: MongoConnectionException } => true,
        MongoAuthenticationException => false,
        MongoConnectionException or MongoConnectionPoolPausedException or MongoWaitQueueFullException => true,
        MongoExecutionTimeoutException or MongoNotPrimaryException or MongoNodeIsRecoveringException => true,
        // Its own code is -1; the server's stands in the answer. Whatever it is, the primary has the write.
        MongoWriteConcernException or MongoBulkWriteException { WriteConcernError: not null } => true,
        MongoCommandException command => PassingCodes.Contains(command.Code),
        TimeoutException or OperationCanceledException or DnsResponseException => true,
        _ => false,
    };

    /// <summary>Says of a failure what it was and what to check.</summary>
    public static StoreException Explain(Exception failure, string description)
    {
        var said = $"MongoDB at {description}: {Text(failure)}";
        if (IsPassing(failure))
            return new StoreUnreachableException(said + WhereToLook, failure);
        return failure switch
        {
            MongoIncompatibleDriverException => new($"{said} It must be 4.4 or newer.", failure),
            MongoAuthenticationException or MongoCommandException { Code: Unauthorized or AuthenticationFailed } => new(
                $"{said} Check user, password and authSource in Storage:ConnectionString; the user needs the role "
                + "readWrite on the database.", failure),
            MongoCommandException { Code: IndexOptionsConflict or IndexKeySpecsConflict } => new(
                $"{said} An index of that name or those fields is there with other options: drop it.", failure),
            _ => new(said, failure),
        };
    }

    /// <summary>A write that was not confirmed, for whatever reason: it may have been done.</summary>
    public static StoreUnreachableException Unconfirmed(Exception failure, string description)
    {
        var explained = Explain(failure, description);
        return explained as StoreUnreachableException
            ?? new($"{explained.Message} The write is not confirmed.", failure);
    }

    public static StoreUnreachableException TooLate(
        Exception failure, string operation, StatusDatabase database, TimeSpan limit)
    {
        var because = database.LastFailure is { } last ? $": {last.TrimEnd('.')}" : "";
        return new(
            $"MongoDB at {database.Description} has not answered within {limit.TotalMilliseconds:0} ms "
            + $"({operation}){because}."
            + WhereToLook, failure);
    }

    /// <summary>The server's own words where there are some: the driver's are not always telling.</summary>
    private static string Text(Exception failure)
    {
        var text = failure switch
        {
            MongoCommandException { Result: { } answer } when answer.TryGetValue("errmsg", out var words) => $"{words}",
            MongoBulkWriteException { WriteConcernError: { } unconfirmed } => unconfirmed.Message,
            MongoBulkWriteException { WriteErrors: [.., var refused] } => refused.Message,
            { InnerException: { } inner } => $"{failure.Message.TrimEnd('.')} ({inner.GetBaseException().Message})",
            _ => failure.Message,
        };
        return text.EndsWith('.') || text.EndsWith(')') ? text : text + ".";
    }
}
