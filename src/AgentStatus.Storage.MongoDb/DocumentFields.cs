using System.Text;
using AgentStatus.Core;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>What documents have in common.</summary>
internal static class DocumentFields
{
    /// <summary>Steps to the named element.</summary>
    /// <exception cref="MongoException">There is none.</exception>
    public static void Require(this ref BsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.MoveTo(name))
            throw BsonFaults.Malformed($"the field '{Encoding.UTF8.GetString(name)}' is missing");
    }

    /// <summary>The date of the named element; null if it is null.</summary>
    /// <exception cref="MongoException">There is none.</exception>
    public static long? RequireDateOrNull(this ref BsonReader reader, ReadOnlySpan<byte> name)
    {
        reader.Require(name);
        return reader.IsNull ? null : reader.GetDate();
    }

    public static BsonWriter DateOrNull(this BsonWriter document, ReadOnlySpan<byte> name, long? milliseconds) =>
        milliseconds is { } value ? document.Date(name, value) : document.Null(name);

    /// <summary>company_id and agent_id.</summary>
    public static BsonWriter Agent(this BsonWriter filter, AgentKey agent) =>
        filter.Int64("company_id"u8, agent.CompanyId).Int64("agent_id"u8, agent.AgentId);

    /// <summary>
    /// A condition on a date, "$gte" and the like. An instant beyond the years that occur becomes the first or the one
    /// after the last: databases other than MongoDB know no further ones.
    /// </summary>
    public static BsonWriter Bound(this BsonWriter filter, ReadOnlySpan<byte> comparison, long milliseconds) =>
        filter.Date(comparison, Math.Clamp(milliseconds, Limits.FirstInstantMs, Limits.LastInstantMs + 1));
}
