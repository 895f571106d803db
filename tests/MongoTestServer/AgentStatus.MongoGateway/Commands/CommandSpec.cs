namespace AgentStatus.MongoGateway.Commands;

/// <summary>What of a request goes to the engine.</summary>
internal static class CommandSpec
{
    /// <summary>The body without what is the gateway's: the session, and the concerns, which one PostgreSQL with
    /// synchronous commit meets always (an answered write is on disk; a read sees all answered writes).</summary>
    public static ReadOnlyMemory<byte> Of(Request request)
    {
        var spec = new BsonWriter();
        foreach (var element in request.Body.Elements().Where(e => !IsGateways(e)))
            spec.Copy(element);
        return spec.ToBytes();
    }

    private static bool IsGateways(BsonElement element) =>
        element.Utf8Name is [(byte)'$', ..] || element.Is("lsid"u8) || element.Is("txnNumber"u8) ||
        element.Is("writeConcern"u8) || element.Is("readConcern"u8) || element.Is("apiVersion"u8) ||
        element.Is("apiStrict"u8) || element.Is("apiDeprecationErrors"u8) || element.Is("comment"u8);
}
