namespace AgentStatus.Storage.MongoDb;

/// <summary>The collections' names.</summary>
internal static class Collections
{
    public const string Events = "status_events";
    public const string Hours = "business_hours";
    public const string OfflinePeriods = "offline_periods";
    public const string Projections = "projections";
    public const string Rejected = "rejected_events";
    public const string Servers = "servers";
}
