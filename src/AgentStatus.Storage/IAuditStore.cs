namespace AgentStatus.Storage;

/// <summary>Keeps who changed what beside recording, for good. Methods block, are safe from any thread, and throw as
/// those of <see cref="IStatusStore"/> do.</summary>
public interface IAuditStore
{
    /// <summary>Adds the entries, at least one; one whose id is there already is left out. They survive the
    /// end of the process when it returns; a crash of the machine too, once an event or a retraction has been stored
    /// after them.</summary>
    /// <exception cref="StoreUnreachableException">Not confirmed: adding the same again finds out.</exception>
    void Add(IReadOnlyList<AuditEntry> entries);

    /// <summary>The entries that the query asks for, by instant and id.</summary>
    /// <param name="most">The rest is left off.</param>
    IReadOnlyList<AuditEntry> Read(AuditQuery query, int most);
}

/// <summary>An action of an operator, or of whoever corrects what was recorded. Nothing personal beyond ids.</summary>
/// <param name="AtMs">When it ended, by the server's clock, in milliseconds since the Unix epoch.</param>
/// <param name="Id">Chosen once an entry: what is added again is known by it.</param>
/// <param name="Identity">The name of who asked.</param>
/// <param name="Address">The IP address from which that came; empty: none.</param>
/// <param name="Rpc">The RPC's name.</param>
/// <param name="CompanyId">The company; 0: all, or none.</param>
/// <param name="AgentId">The agent; 0: none is named.</param>
/// <param name="EventId">The event's id; empty: none is named.</param>
/// <param name="Outcome">The name of the gRPC status: OK, or why it was refused.</param>
public sealed record AuditEntry(
    long AtMs,
    string Id,
    string Identity,
    string Address,
    string Rpc,
    long CompanyId,
    long AgentId,
    string EventId,
    string Outcome);

/// <summary>Entries with <paramref name="FromMs"/> &lt;= AtMs &lt; <paramref name="ToMs"/>.</summary>
/// <param name="CompanyId">Those that name this company; 0: all.</param>
/// <param name="AfterId">Of those at <paramref name="FromMs"/> only the ones behind this id; empty: all.</param>
public readonly record struct AuditQuery(long CompanyId, long FromMs, long ToMs, string AfterId = "");
