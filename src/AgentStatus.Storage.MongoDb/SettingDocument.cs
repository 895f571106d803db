using AgentStatus.Core.Timelines;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The document of settings: what all servers of a database have the same.</summary>
[BsonSerializer(typeof(DocumentSerializer<SettingDocument>))]
internal sealed record SettingDocument(CallLimits Limits) : IDocument<SettingDocument>
{
    public const string Id = "timeline";

    public static string Collection => "settings";

    public static SettingDocument Read(BsonDocument document) => new(new CallLimits(
        1_000 * document.WholeNumber("on_call_limit_seconds"), 1_000 * document.WholeNumber("wrap_up_limit_seconds")));

    public void Write(IBsonWriter writer)
    {
        writer.WriteString("_id", Id);
        writer.WriteInt64("on_call_limit_seconds", Limits.OnCallMs / 1_000);
        writer.WriteInt64("wrap_up_limit_seconds", Limits.WrapUpMs / 1_000);
    }
}
