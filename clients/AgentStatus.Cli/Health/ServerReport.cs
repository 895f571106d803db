using System.Text.Json;

namespace AgentStatus.Cli.Health;

/// <summary>What a server is doing, how it does by its objectives, and what is wrong with it and what to do.</summary>
internal sealed class ServerReport(JsonElement ready, MetricsText metrics)
{
    private const string Classify = "rpc_method=\"agentstatus.v1.AgentStatusService/ClassifyRingTarget\"";

    private readonly List<string> _troubles = [];

    /// <summary>Writes it; whether all is well.</summary>
    public bool Write(TextWriter lines)
    {
        var (state, memory, store) = (Text("state"), Text("memory"), Text("store"));
        var recording = ready.GetProperty("recording").GetBoolean();
        lines.WriteLine($"State: {state}, memory {memory}, store {store}, {(recording ? "" : "not ")}recording");
        var (agents, connections) = (metrics.Sum("agentstatus_agents"), metrics.Sum("agentstatus_connections"));
        lines.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Agents: {agents:N0}, connections: {connections:N0}"));
        lines.WriteLine("Objectives, since the server started:");
        WriteShare(
            lines, "classify", "classified within {0} ms of server time", "rpc_server_call_duration_seconds",
            [Classify],
            "classifications are slow: look for another program that takes the processor, and for rings of long ago");
        WriteShare(
            lines, "seen", "seen from other servers within {0} ms", "agentstatus_replication_delay_seconds", [],
            "other servers' events are seen late: lower Storage:PollInterval, or look at the load of MongoDB");
        WriteKnownThrough(lines);
        FindTroubles(state, memory, store, recording);
        if (_troubles.Count == 0)
        {
            lines.WriteLine("Nothing is wrong.");
            return true;
        }

        lines.WriteLine("What is wrong, and what to do:");
        foreach (var trouble in _troubles) lines.WriteLine($"  - {trouble}");
        return false;
    }

    private string Text(string name) => ready.GetProperty(name).GetString()!;

    private void WriteShare(
        TextWriter lines, string objective, string what, string metric, string[] labels, string otherwise)
    {
        if (metrics.FindObjective(objective) is not var (bound, least)) return;
        var within = string.Format(CultureInfo.InvariantCulture, what, 1_000 * bound);
        var all = metrics.Sum($"{metric}_count", labels);
        if (all == 0)
        {
            lines.WriteLine($"  --  {within}: nothing measured");
            return;
        }

        var le = string.Create(CultureInfo.InvariantCulture, $"le=\"{bound}\"");
        var share = metrics.Sum($"{metric}_bucket", [.. labels, le]) / all;
        lines.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {Mark(share >= least)}  {within}: {100 * share:0.00} % of {all:N0} (objective {100 * least:0.##} %)"));
        if (share < least) _troubles.Add(otherwise);
    }

    private void WriteKnownThrough(TextWriter lines)
    {
        if (metrics.FindObjective("known_through") is not var (most, _)) return;
        var age = metrics.Sum("agentstatus_known_through_age_seconds");
        lines.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {Mark(age <= most)}  known_through is {age:0.000} s old (objective {most:0.###} s)"));
        if (age > most)
            _troubles.Add("answers are provisional: another server or the database hangs; the log says which");
    }

    private static string Mark(bool isKept) => isKept ? "ok" : "NO";

    private void FindTroubles(string state, string memory, string store, bool recording)
    {
        Say(state != "serving",
            $"the server is {state}" + (memory == "filling" ? ": memory is being filled, wait" : ""));
        Say(store is "spooling" or "away", "MongoDB does not answer: bring it back; events are spooled meanwhile");
        Say(store == "lost",
            "the store's file was deleted or replaced: put it back (operations.md, The data directory)");
        Say(!recording, "events are not recorded: the log says why");
        Say(metrics.Sum("agentstatus_store_damaged") > 0, "the store's file is damaged: restore a backup");
        Say(metrics.Sum("agentstatus_queue_age_seconds") > 1,
            "the oldest event has waited for over 1 s: look at the store's disk or database");
        Say(metrics.Sum("agentstatus_projection_lag_seconds") > 15, "the offline periods are late: see the log");
        Say(metrics.Sum("agentstatus_spool_length") > 0 && store == "reachable",
            "the spool drains: wait until it is empty");
        Say(metrics.Sum("agentstatus_events_rejected_total") > 0,
            "spooled events met others with their ids: look at rejected_events");
        Say(metrics.Sum("agentstatus_settings_faults") > 0,
            "settings of companies are not good: `agentstatus hours --company ID`; the log names them");
        Say(metrics.Sum("rpc_server_call_duration_seconds_count", "rpc_response_status_code=\"INTERNAL\"") > 0,
            "requests failed by a fault of the server: the log says which; please report it");
    }

    private void Say(bool isSo, string what)
    {
        if (isSo) _troubles.Add(what);
    }
}
