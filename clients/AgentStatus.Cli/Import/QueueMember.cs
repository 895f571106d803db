namespace AgentStatus.Cli.Import;

/// <summary>What a queue log has said of one agent so far: the queues that the agent is in and those that are
/// paused.</summary>
internal sealed class QueueMember
{
    /// <summary>What Asterisk writes where a line concerns no queue or no agent.</summary>
    public const string None = "NONE";

    private readonly HashSet<string> _queues = [];
    private readonly HashSet<string> _paused = [];
    private (Status Status, string Label)? _said;

    /// <summary>A ring or a call shows that the agent is in the queue, but not since when.</summary>
    public void IsIn(string queue) => _queues.Add(queue);

    public void Join(string queue, bool isPaused)
    {
        _queues.Add(queue);
        if (isPaused) _paused.Add(queue);
        else _paused.Remove(queue);
    }

    public void Leave(string queue)
    {
        _queues.Remove(queue);
        _paused.Remove(queue);
    }

    public void LeaveAll()
    {
        _queues.Clear();
        _paused.Clear();
    }

    public void Pause(string queue)
    {
        _queues.Add(queue);
        _paused.Add(queue);
    }

    public void Unpause(string queue)
    {
        _queues.Add(queue);
        _paused.Remove(queue);
    }

    /// <summary>In all queues that the agent is known to be in; if there is none, in one without a name.</summary>
    public void PauseAll()
    {
        if (_queues.Count == 0) _queues.Add(None);
        _paused.UnionWith(_queues);
    }

    public void UnpauseAll()
    {
        if (_queues.Count == 0) _queues.Add(None);
        _paused.Clear();
    }

    /// <summary>What the agent chooses with that: OFFLINE in no queue, AWAY where all are paused, else ONLINE. Null:
    /// the same as before.</summary>
    /// <param name="reason">Of the pause, if this is one; else null.</param>
    public (Status Status, string Label)? Say(string? reason)
    {
        var status = _queues.Count == 0 ? Status.Offline
            : _queues.IsSubsetOf(_paused) ? Status.Away
            : Status.Online;
        var label = status != Status.Away ? "" : reason ?? _said?.Label ?? "";
        if (_said == (status, label)) return null;
        _said = (status, label);
        return _said;
    }
}
