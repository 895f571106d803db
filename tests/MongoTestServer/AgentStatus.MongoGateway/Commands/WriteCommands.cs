namespace AgentStatus.MongoGateway.Commands;

/// <summary>insert, update, delete and findAndModify: all that a fault takes for a write.</summary>
internal sealed class WriteCommands(DocumentDb engine)
{
    public static readonly string[] Names = ["insert", "update", "delete", "findAndModify"];

    public async Task<byte[]> RunAsync(Request request, CancellationToken cancel)
    {
        var session = request.Body.Find("lsid"u8).AsDocument().Find("id"u8).AsBinary();
        var number = request.Body.Find("txnNumber"u8).AsInt64();
        var answer = await engine.WriteAsync(
            request.Command, request.Database, CommandSpec.Of(request), request.Documents,
            number is null ? null : session, number ?? 0, cancel);
        return WithMongoCodes(answer, $"{request.Database}.{request.Argument.AsString()}");
    }

    /// <summary>The engine's answer, its write errors told as MongoDB tells them.</summary>
    private static byte[] WithMongoCodes(byte[] answer, string ns)
    {
        var document = new BsonDocument(answer);
        var errors = document.Find("writeErrors"u8);
        if (errors.Type == 0) return answer;
        var rewritten = new BsonWriter();
        foreach (var element in document.Elements().Where(e => !e.Is("writeErrors"u8)))
            rewritten.Copy(element);
        rewritten.Array("writeErrors", errors.AsDocument().Elements().Select(e => WriteError(e.AsDocument(), ns)));
        return rewritten.ToBytes();
    }

    private static BsonWriter WriteError(BsonDocument error, string ns)
    {
        var code = error.Find("code"u8).AsInt64() ?? EngineErrors.InternalError;
        code = EngineErrors.UnpackedCode(code) ?? code;
        var message = error.Find("errmsg"u8).AsString() ?? "";
        return new BsonWriter()
            .Copy(error.Find("index"u8))
            .Int32("code", (int)code)
            .String("errmsg", code == EngineErrors.DuplicateKey ? DuplicateKeyMessage(message, ns) : message);
    }

    // The engine names the index in quotes at the end, and not the key.
    private static string DuplicateKeyMessage(string message, string ns)
    {
        var index = message.Split('\'') is [.., var name, _] ? name : "";
        return $"E11000 duplicate key error collection: {ns} index: {index} dup key: {{ }}";
    }
}
