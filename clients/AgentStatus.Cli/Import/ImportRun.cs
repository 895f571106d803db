using AgentStatus.Cli.Transfer;

namespace AgentStatus.Cli.Import;

/// <summary>Records what lines say: events as they are read, and then rings and retractions, which are about all that
/// is known.</summary>
/// <param name="sender">Null: nothing is sent.</param>
internal sealed class ImportRun(EventSender? sender, RejectedLines rejected)
{
    private const int AfterwardsUnderWay = 128;

    private long _recorded;
    private long _known;
    private long _rings;
    private long _retractions;

    public long Lines { get; private set; }

    /// <summary>Lines that are understood and say nothing that is imported.</summary>
    public long Silent { get; private set; }

    public long Events { get; private set; }

    /// <summary>Events that were recorded now; with <see cref="Known"/>, those that the server took.</summary>
    public long Recorded => _recorded;

    /// <summary>Events that were there before.</summary>
    public long Known => _known;

    public long Rings => _rings;

    public long Retractions => _retractions;

    public async Task RunAsync(
        IEnumerable<ImportedLine> lines,
        Func<long> position,
        TransferProgress progress,
        CancellationToken cancellationToken)
    {
        using var rings = new MessageSpool<ClassifyRingTargetsRequest>(ClassifyRingTargetsRequest.Parser);
        using var retractions = new MessageSpool<RetractStatusRequest>(RetractStatusRequest.Parser);
        var lanes = sender is null
            ? null
            : new EventLanes(sender, (batch, results) => Answered(batch, results, progress), cancellationToken);
        try
        {
            foreach (var line in lines)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress.MoveTo(position());
                Lines++;
                if (line.Fault is not null) rejected.Add(line.Number, line.Fault, line.Text);
                else if (line.Event is null && line.Ring is null) Silent++;
                if (line.Event is not null) Events++;
                if (line.Event is not null && lanes is not null)
                    await lanes.AddAsync(new(line.Event, line.Number, line.Text));
                if (line.Ring is not null) rings.Add(line.Number, line.Ring);
                if (line.Retraction is not null) retractions.Add(line.Number, line.Retraction);
            }
        }
        finally
        {
            if (lanes is not null) await lanes.CompleteAsync();
        }

        if (sender is null) (_rings, _retractions) = (rings.Count, retractions.Count);
        else await SendAfterwardsAsync(sender, rings, retractions, cancellationToken);
    }

    private async Task SendAfterwardsAsync(
        EventSender to,
        MessageSpool<ClassifyRingTargetsRequest> rings,
        MessageSpool<RetractStatusRequest> retractions,
        CancellationToken cancellationToken)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = AfterwardsUnderWay,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(rings.ReadAll(), options, async (one, cancelled) =>
        {
            if (await to.KeepAsync(one.Message, cancelled) is { } refused) rejected.Add(one.Line, refused, "the ring");
            else Interlocked.Increment(ref _rings);
        });
        await Parallel.ForEachAsync(retractions.ReadAll(), options, async (one, cancelled) =>
        {
            await to.RetractAsync(one.Message, cancelled);
            Interlocked.Increment(ref _retractions);
        });
    }

    private void Answered(
        IReadOnlyList<OutgoingEvent> batch, IReadOnlyList<RecordStatusesResult> results, TransferProgress progress)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (results[i].Error is { } error) rejected.Add(batch[i].Line, EventSender.Text(error), batch[i].Text);
            else if (results[i].Recorded.Outcome == RecordOutcome.Duplicate) _known++;
            else _recorded++;
        }

        progress.Add(0, batch.Count);
    }
}
