using System.Threading.Channels;

namespace AgentStatus.Cli.Transfer;

/// <summary>Sends events on several lanes at a time, all of an agent on one: what is added in the order of time arrives
/// in that order, which is much cheaper for the server. Each lane gathers a window of events and sends them agent by
/// agent: a commit then changes few pages of the store. Added by one thread.</summary>
internal sealed class EventLanes
{
    /// <summary>A server with an embedded store takes some 1,500 events at a time, whatever its speed, and refuses
    /// more: lanes x events of a batch.</summary>
    private const int Lanes = 3;
    private const int BatchEvents = 500;

    /// <summary>Half of what a request may have: the rest is for what surrounds the events.</summary>
    private const int BatchBytes = 512 * 1024;

    /// <summary>Events that a lane gathers. As many wait in batches: some 30 MB on all lanes.</summary>
    private const int WindowEvents = 8_000;
    private const int QueuedBatches = WindowEvents / BatchEvents;

    private readonly EventSender _sender;
    private readonly Action<IReadOnlyList<OutgoingEvent>, IReadOnlyList<RecordStatusesResult>> _answered;
    private readonly CancellationTokenSource _failed;
    private readonly Lane[] _lanes;
    private readonly Task[] _running;

    /// <param name="answered">Called for each batch with its results, by one lane at a time.</param>
    public EventLanes(
        EventSender sender,
        Action<IReadOnlyList<OutgoingEvent>, IReadOnlyList<RecordStatusesResult>> answered,
        CancellationToken cancellationToken)
    {
        (_sender, _answered) = (sender, answered);
        _failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new Lane())];
        _running = [.. _lanes.Select(lane => Task.Run(() => RunAsync(lane), CancellationToken.None))];
    }

    /// <summary>Adds an event; waits while its lane is full.</summary>
    /// <exception cref="OperationCanceledException">A lane failed: <see cref="CompleteAsync"/> says how.</exception>
    public async ValueTask AddAsync(OutgoingEvent e)
    {
        var lane = _lanes[e.Event.AgentId % Lanes is var place and >= 0 ? place : 0];
        if (!lane.Window.TryGetValue(e.Event.AgentId, out var ofAgent)) lane.Window.Add(e.Event.AgentId, ofAgent = []);
        ofAgent.Add(e);
        if (++lane.Gathered == WindowEvents) await FlushAsync(lane);
    }

    /// <summary>Ends when all events are recorded or refused.</summary>
    /// <exception cref="CommandFailedException">The server took nothing for a minute.</exception>
    public async Task CompleteAsync()
    {
        try
        {
            foreach (var lane in _lanes)
            {
                await FlushAsync(lane);
                lane.Queue.Writer.Complete();
            }
        }
        catch (OperationCanceledException)
        {
            // A lane's own failure says more.
        }

        await Task.WhenAll(_running);
        _failed.Dispose();
    }

    private async ValueTask FlushAsync(Lane lane)
    {
        var (batch, batchBytes) = (new List<OutgoingEvent>(BatchEvents), 0);
        foreach (var e in lane.Window.Values.SelectMany(ofAgent => ofAgent))
        {
            var bytes = e.Event.CalculateSize();
            if (batch.Count == BatchEvents || batchBytes + bytes > BatchBytes)
            {
                await lane.Queue.Writer.WriteAsync(batch, _failed.Token);
                (batch, batchBytes) = (new(BatchEvents), 0);
            }

            batch.Add(e);
            batchBytes += bytes;
        }

        if (batch.Count > 0) await lane.Queue.Writer.WriteAsync(batch, _failed.Token);
        lane.Window.Clear();
        lane.Gathered = 0;
    }

    private async Task RunAsync(Lane lane)
    {
        try
        {
            await foreach (var batch in lane.Queue.Reader.ReadAllAsync(_failed.Token))
            {
                var results = await _sender.SendAsync([.. batch.Select(e => e.Event)], _failed.Token);
                lock (_answered) _answered(batch, results);
            }
        }
        catch
        {
            await _failed.CancelAsync();
            throw;
        }
    }

    private sealed class Lane
    {
        public Channel<List<OutgoingEvent>> Queue { get; } =
            Channel.CreateBounded<List<OutgoingEvent>>(QueuedBatches);

        /// <summary>By agent, in the order in which they were added.</summary>
        public Dictionary<long, List<OutgoingEvent>> Window { get; } = [];

        public int Gathered { get; set; }
    }
}

/// <summary>An event on its way, and the line that it comes from, if any.</summary>
internal readonly record struct OutgoingEvent(RecordStatusRequest Event, long Line = 0, string Text = "");
