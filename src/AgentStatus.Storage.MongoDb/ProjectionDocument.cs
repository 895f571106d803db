namespace AgentStatus.Storage.MongoDb;

/// <summary>Who owns a projection, and how far it is: a document of projections.</summary>
/// <param name="Owner">The server that owns it; empty: nobody.</param>
/// <param name="Epoch">Raised with each owner.</param>
/// <param name="RenewedAtMs">When the owner last renewed its lease, by the database's clock.</param>
/// <param name="Through">The checkpoint: of each server the number up to which all is written; null: there is none
/// yet.</param>
/// <param name="SearchedThroughMs">Late writes of earlier owners that landed before this are made good; by the
/// database's clock.</param>
[BsonSerializer(typeof(DocumentSerializer<ProjectionDocument>))]
internal sealed record ProjectionDocument(
    string Owner, long Epoch, long RenewedAtMs, IReadOnlyDictionary<string, long>? Through, long SearchedThroughMs)
    : IDocument<ProjectionDocument>
{
    public static string Collection => "projections";

    public static BsonArray ToArray(IReadOnlyDictionary<string, long> through) => new(through.Select(
        server => new BsonDocument { { "server_id", server.Key }, { "number", server.Value } }));

    public static ProjectionDocument Read(BsonDocument document)
    {
        var through = document.GetValue("through", BsonNull.Value);
        return new(
            document["owner"].AsString,
            document.WholeNumber("epoch"),
            document.Date("renewed_at"),
            through.IsBsonNull ? null : through.AsBsonArray.Select(one => one.AsBsonDocument).ToDictionary(
                one => one["server_id"].AsString, one => one.WholeNumber("number"), StringComparer.Ordinal),
            document.Contains("searched_through") ? document.Date("searched_through") : Limits.FirstInstantMs);
    }
}
