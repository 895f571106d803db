using Grpc.Core;

namespace AgentStatus.Cli.Transfer;

/// <summary>Sends batches of a company's status events, and sends again what the server has no room for now. All events
/// have ids, so that nothing is recorded twice. Any thread.</summary>
internal sealed class EventSender(AgentStatusClient client, long companyId)
{
    /// <summary>How long a server may take nothing at all before the transfer gives up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Sends up to 1,000 events until each is recorded or refused for good.</summary>
    /// <returns>A result for each event, in order; its error is one that sending again does not mend.</returns>
    /// <exception cref="CommandFailedException">The server took nothing for a minute.</exception>
    /// <exception cref="RpcException">The request as a whole is refused.</exception>
    public async Task<IReadOnlyList<RecordStatusesResult>> SendAsync(
        IReadOnlyList<RecordStatusRequest> events, CancellationToken cancellationToken)
    {
        var results = new RecordStatusesResult[events.Count];
        var left = Enumerable.Range(0, events.Count).ToList();
        var takenAt = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (answers, refusal) = await TrySendAsync([.. left.Select(i => events[i])], cancellationToken);
            for (var i = 0; i < answers.Count; i++) results[left[i]] = answers[i];
            var before = left.Count;
            left.RemoveAll(i => results[i] is { } result && !IsPassing(result.Error?.Code));
            if (left.Count == 0) return results;
            if (left.Count < before) takenAt = TimeProvider.System.GetTimestamp();
            if (TimeProvider.System.GetElapsedTime(takenAt) > Patience)
                throw new CommandFailedException(
                    $"The server takes no events: {refusal ?? results[left[0]].Error.Message}");
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task<(IReadOnlyList<RecordStatusesResult> Results, string? Refusal)> TrySendAsync(
        IEnumerable<RecordStatusRequest> events, CancellationToken cancellationToken)
    {
        try
        {
            var request = new RecordStatusesRequest { CompanyId = companyId, Events = { events } };
            return ((await client.RecordStatusesAsync(request, cancellationToken)).Results, null);
        }
        catch (RpcException e) when (IsPassing((int)e.StatusCode))
        {
            return ([], $"{EnumWord.Screaming(e.StatusCode)}: {e.Status.Detail}");
        }
    }

    private static bool IsPassing(int? code) => (StatusCode?)code
        is StatusCode.ResourceExhausted or StatusCode.Unavailable or StatusCode.DeadlineExceeded;
}
