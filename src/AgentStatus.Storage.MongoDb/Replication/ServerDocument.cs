namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>What a server says of itself: a document of the collection servers.</summary>
/// <param name="Id">New at each start of a process.</param>
/// <param name="SeenAtMs">Its last sign of life, by the database's clock.</param>
/// <param name="ConfirmedThrough">Every number up to this one is stored, or can never come.</param>
/// <param name="IsStopped">It went away in good order, and nothing of it is on its way.</param>
/// <param name="Companies">Those that it has: it stores nothing of others.</param>
[BsonSerializer(typeof(DocumentSerializer<ServerDocument>))]
internal sealed record ServerDocument(
    string Id, long SeenAtMs, long ConfirmedThrough, bool IsStopped, CompanyPartition Companies)
    : IDocument<ServerDocument>
{
    /// <summary>The field of <see cref="Companies"/>; without it a server has all.</summary>
    public const string CompaniesField = "companies";

    public static string Collection => "servers";

    public static ServerDocument Read(BsonDocument document) => new(
        document["_id"].AsString, document.Date("seen_at"), document.WholeNumber("confirmed_through"),
        document["stopped"].AsBoolean, CompaniesOf(document));

    private static CompanyPartition CompaniesOf(BsonDocument document) =>
        CompanyPartition.TryParse(document.GetValue(CompaniesField, "").AsString, out var companies)
            ? companies
            : CompanyPartition.Whole;
}
