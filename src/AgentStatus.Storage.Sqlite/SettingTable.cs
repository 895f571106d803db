using AgentStatus.Core.Timelines;

namespace AgentStatus.Storage.Sqlite;

/// <summary>The table settings: what all servers of a store have the same. Milliseconds; instants since the Unix
/// epoch.</summary>
internal sealed class SettingTable(SqliteConnection connection)
{
    private const string OnCall = "on_call_limit";
    private const string WrapUp = "wrap_up_limit";
    private const string Cut = "retention_cut";
    private const string Seen = "retention_seen";

    private readonly SqliteCommand _read = connection.Statement("SELECT name, value FROM settings");

    private readonly SqliteCommand _put = connection.Statement(
        "INSERT INTO settings (name, value) VALUES ($name, $value) ON CONFLICT DO UPDATE SET value = $value");

    public CallLimits? FindCallLimits()
    {
        var values = Read();
        return values.TryGetValue(OnCall, out var onCallMs) && values.TryGetValue(WrapUp, out var wrapUpMs)
            ? new(onCallMs, wrapUpMs)
            : null;
    }

    public void Put(CallLimits limits)
    {
        _put.Execute(OnCall, limits.OnCallMs);
        _put.Execute(WrapUp, limits.WrapUpMs);
    }

    public RetentionState FindRetention()
    {
        var values = Read();
        return new(
            values.TryGetValue(Cut, out var cutMs) ? cutMs : null,
            values.TryGetValue(Seen, out var seenMs) ? seenMs : null);
    }

    /// <summary>Neither goes back.</summary>
    public void Put(RetentionState state)
    {
        var kept = FindRetention();
        if (state.CutMs is { } cutMs && !(kept.CutMs >= cutMs)) _put.Execute(Cut, cutMs);
        if (state.SeenMs is { } seenMs && !(kept.SeenMs >= seenMs)) _put.Execute(Seen, seenMs);
    }

    private Dictionary<string, long> Read() =>
        _read.ReadRows(row => (Name: row.GetString(0), Value: row.GetInt64(1)))
            .ToDictionary(row => row.Name, row => row.Value);
}
