namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>What became of a batch: a write whose index is not among the errors was done by the primary.</summary>
/// <param name="Inserted">Documents.</param>
/// <param name="Matched">Documents that updates and replacements found.</param>
/// <param name="Modified">Those of them that changed.</param>
/// <param name="Upserted">Documents that updates and replacements inserted.</param>
/// <param name="Deleted">Documents.</param>
/// <param name="Errors">The writes that were refused, in the server's order; empty if none.</param>
/// <param name="Unconfirmed">
/// Null if a majority confirmed what was done. Else why not: those writes are neither success nor failure.
/// </param>
internal sealed record MongoBulkResult(
    long Inserted, long Matched, long Modified, long Upserted, long Deleted, IReadOnlyList<MongoWriteError> Errors,
    MongoException? Unconfirmed)
{
    public static readonly MongoBulkResult Nothing = new(0, 0, 0, 0, 0, [], null);
}

/// <summary>One write that the server refused.</summary>
/// <param name="Index">The write's place in the batch, from 0.</param>
/// <param name="Code">MongoDB's error code.</param>
/// <param name="Message">The server's words; they may quote the document.</param>
internal readonly record struct MongoWriteError(int Index, int Code, string Message)
{
    public bool IsDuplicateKey => Code is 11000 or 11001 or 12582;
}
