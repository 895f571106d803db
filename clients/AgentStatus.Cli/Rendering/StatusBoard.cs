using Spectre.Console.Rendering;

namespace AgentStatus.Cli.Rendering;

/// <summary>What a watch told of a company's agents, as a table or as lines.</summary>
internal sealed class StatusBoard
{
    private readonly Dictionary<long, WatchedAgent> _agents = [];
    private StatusUpdate? _lost;
    private DateTimeOffset? _knownThrough;
    private bool _isWhole;

    public void Apply(StatusUpdate update)
    {
        _lost = update.IsLive ? null : update;
        if (update.BeginsAnew)
        {
            _agents.Clear();
            _isWhole = false;
        }

        foreach (var agent in update.Message.Agents) _agents[agent.AgentId] = agent;
        if (update.Message.KnownThrough is not { } knownThrough) return;
        (_knownThrough, _isWhole) = (knownThrough.ToDateTimeOffset(), true);
    }

    /// <summary>Agents, those of a status together, who has had it longest first; and whether this is live.</summary>
    public IRenderable Table(DateTimeOffset now)
    {
        var table = new Table().RoundedBorder().AddColumns("Agent", "Status", "Since", "For", "Decided by");
        foreach (var agent in _agents.Values.OrderBy(Place).ThenBy(agent => agent.AgentId))
        {
            table.AddRow(
                $"{agent.AgentId}",
                StatusLook.Markup(agent.Status, agent.Label),
                agent.Since is { } since ? InstantText.Utc(since) : "",
                agent.Since is { } from ? For(now - from.ToDateTimeOffset()) : "",
                CallStepsTable.Origin(agent.Origin));
        }

        return new Rows(table, new Markup(State()));

        static (Status Status, DateTimeOffset Since) Place(WatchedAgent agent) =>
            (agent.Status, agent.Since?.ToDateTimeOffset() ?? DateTimeOffset.MaxValue);
    }

    /// <summary>An update as lines: each agent that it tells of, and whether the watch is live, where that
    /// changed.</summary>
    public IEnumerable<string> Lines(StatusUpdate update)
    {
        var (wasLive, wasWhole) = (_lost is null, _isWhole && !update.BeginsAnew);
        Apply(update);
        foreach (var agent in update.Message.Agents) yield return Line(agent);
        if (!update.IsLive && wasLive) yield return $"NOT LIVE: {Reason(update)}";
        if (update.IsLive && _isWhole && !wasWhole) yield return $"Live: {_agents.Count} agents";
    }

    private static string Line(WatchedAgent agent)
    {
        var label = agent.Label.Length == 0 ? "" : $" ({agent.Label})";
        var since = agent.Since is { } from ? $" since {InstantText.Utc(from)}" : "";
        var origin = agent.Origin == StatusOrigin.Unspecified ? "" : $", decided by {EnumWord.Screaming(agent.Origin)}";
        var past = agent.ChangedFrom is { } changed ? $"; the past changed from {InstantText.Utc(changed)} on" : "";
        return $"Agent {agent.AgentId}: {StatusLook.Of(agent.Status).Name}{label}{since}{origin}{past}";
    }

    private string State()
    {
        var known = _knownThrough is { } at ? $"known through {at:yyyy-MM-dd HH:mm:ss}Z" : "nothing is known yet";
        return _lost is { } lost
            ? $"[red]NOT LIVE[/], {known}: {Reason(lost).EscapeMarkup()}"
            : $"{(_isWhole ? "[green]Live[/]" : "[yellow]Loading[/]")}, {known}. Ctrl+C ends it.";
    }

    private static string Reason(StatusUpdate lost) =>
        $"{EnumWord.Screaming(lost.Lost!.StatusCode)}: {lost.Lost.Status.Detail.ReplaceLineEndings(" ")}; trying again";

    /// <summary>To the second: it counts.</summary>
    private static string For(TimeSpan time) =>
        time < TimeSpan.Zero ? "" : DurationText.Of(TimeSpan.FromSeconds(Math.Floor(time.TotalSeconds)));
}
