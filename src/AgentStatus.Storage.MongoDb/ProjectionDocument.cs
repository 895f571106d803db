namespace AgentStatus.Storage.MongoDb;

/// <summary>Who owns a projection, and how far it is: a document of projections.</summary>
/// <param name="Companies">Whose periods it is.</param>
/// <param name="Owner">The server that owns it; empty: nobody.</param>
/// <param name="Epoch">Raised with each owner.</param>
/// <param name="RenewedAtMs">When the owner last renewed its lease, by the database's clock.</param>
/// <param name="Through">The checkpoint: of each server the number up to which all is written; null: there is none
/// yet.</param>
/// <param name="SearchedThroughMs">Late writes of earlier owners that landed before this are made good; by the
/// database's clock.</param>
[BsonSerializer(typeof(DocumentSerializer<ProjectionDocument>))]
internal sealed record ProjectionDocument(
    CompanyPartition Companies, string Owner, long Epoch, long RenewedAtMs, IReadOnlyDictionary<string, long>? Through,
    long SearchedThroughMs)
    : IDocument<ProjectionDocument>
{
    private const string AllCompanies = "offline_periods";

    public static string Collection => "projections";

    /// <summary>The document's id: a partition has one of its own.</summary>
    public static string IdOf(CompanyPartition companies) =>
        companies.IsWhole ? AllCompanies : $"{AllCompanies}/{companies}";

    public static BsonArray ToArray(IReadOnlyDictionary<string, long> through) => new(through.Select(
        server => new BsonDocument { { "server_id", server.Key }, { "number", server.Value } }));

    public static ProjectionDocument Read(BsonDocument document)
    {
        var through = document.GetValue("through", BsonNull.Value);
        return new(
            CompaniesOf(document["_id"].AsString),
            document["owner"].AsString,
            document.WholeNumber("epoch"),
            document.Date("renewed_at"),
            through.IsBsonNull ? null : through.AsBsonArray.Select(one => one.AsBsonDocument).ToDictionary(
                one => one["server_id"].AsString, one => one.WholeNumber("number"), StringComparer.Ordinal),
            document.Contains("searched_through") ? document.Date("searched_through") : Limits.FirstInstantMs);
    }

    private static CompanyPartition CompaniesOf(string id) =>
        id.StartsWith($"{AllCompanies}/", StringComparison.Ordinal)
        && CompanyPartition.TryParse(id[(AllCompanies.Length + 1)..], out var companies)
            ? companies
            : CompanyPartition.Whole;
}
