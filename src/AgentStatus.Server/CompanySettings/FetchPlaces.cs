using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.CompanySettings;

/// <summary>How much somebody waits for a fetch, the most urgent first.</summary>
internal enum FetchUrgency
{
    /// <summary>A request waits for the hours of a company that has events.</summary>
    Asked,

    /// <summary>The company has events, and older hours or nobody who waits.</summary>
    Refresh,

    /// <summary>The company has no event: it may be one that a caller has made up.</summary>
    WithoutEvents,
}

/// <summary>Completes when its fetch may begin, with the queue that it came from.</summary>
internal sealed class FetchTurn()
    : TaskCompletionSource<FetchUrgency>(TaskCreationOptions.RunContinuationsAsynchronously);

/// <summary>Lets a few fetches at a time through, the most urgent first, and never so many of the others that a source
/// which does not answer keeps these waiting. Any thread.</summary>
internal sealed class FetchPlaces
{
    private static readonly int[] Most =
        [ServerLimits.SettingsFetches, ServerLimits.SettingsRefreshes, ServerLimits.SettingsFetchesWithoutEvents];

    private readonly Lock _gate = new();
    private readonly Queue<FetchTurn>[] _waiting = [new(), new(), new()];
    private readonly int[] _taken = new int[3];

    /// <summary>A turn; null if too many of its kind wait.</summary>
    public FetchTurn? TryQueue(FetchUrgency urgency)
    {
        var turn = new FetchTurn();
        lock (_gate)
        {
            var waiting = _waiting[(int)urgency];
            if (urgency == FetchUrgency.WithoutEvents && waiting.Count >= ServerLimits.SettingsQueuedWithoutEvents)
                return null;
            waiting.Enqueue(turn);
            Call();
        }

        return turn;
    }

    /// <summary>Lets a turn that waits go with the more urgent ones.</summary>
    public void Hurry(FetchTurn turn, FetchUrgency urgency)
    {
        lock (_gate)
        {
            _waiting[(int)urgency].Enqueue(turn);
            Call();
        }
    }

    /// <summary>The fetch has ended, or will not begin.</summary>
    public void Leave(FetchTurn turn)
    {
        lock (_gate)
        {
            if (turn.TrySetCanceled()) return;
            _taken[(int)turn.Task.Result]--;
            Call();
        }
    }

    /// <summary>A turn that was hurried stands in two queues; it is called once.</summary>
    private void Call()
    {
        for (var kind = 0; kind < Most.Length; kind++)
        {
            while (_taken[kind] < Most[kind] && _taken.Sum() < Most[0] && _waiting[kind].TryDequeue(out var turn))
            {
                if (turn.TrySetResult((FetchUrgency)kind)) _taken[kind]++;
            }
        }
    }
}
