namespace AgentStatus.Storage.Tests.MongoDb.Replication;

/// <summary>The machine's clock, set wrong by so much; and it can jump, as for a process that was stopped.</summary>
internal sealed class ShiftedClock(TimeSpan wrongBy) : TimeProvider
{
    private TimeSpan _jumped;

    public void Jump(TimeSpan by) => _jumped += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + wrongBy + _jumped;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(_jumped.TotalSeconds * TimestampFrequency);
}
