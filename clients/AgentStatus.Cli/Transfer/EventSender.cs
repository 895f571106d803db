using Grpc.Core;

namespace AgentStatus.Cli.Transfer;

/// <summary>Sends a company's events, rings and retractions, and sends again what the server has no room for now: all
/// of them are safe to repeat. Any thread.</summary>
internal sealed class EventSender(AgentStatusClient client, long companyId)
{
    /// <summary>Sends up to 1,000 events until each is recorded or refused for good.</summary>
    /// <returns>A result for each event, in order; its error is one that sending again does not mend.</returns>
    /// <exception cref="CommandFailedException">The server took nothing for a minute.</exception>
    /// <exception cref="RpcException">The request as a whole is refused.</exception>
    public async Task<IReadOnlyList<RecordStatusesResult>> SendAsync(
        IReadOnlyList<RecordStatusRequest> events, CancellationToken cancellationToken)
    {
        var repeating = new Repeating();
        var results = new RecordStatusesResult[events.Count];
        var left = Enumerable.Range(0, events.Count).ToList();
        while (true)
        {
            var request = new RecordStatusesRequest { CompanyId = companyId, Events = { left.Select(i => events[i]) } };
            var (answer, refusal, asked) = await TryAsync(
                () => client.RecordStatusesAsync(request, cancellationToken));
            for (var i = 0; i < answer?.Results.Count; i++) results[left[i]] = answer.Results[i];
            var before = left.Count;
            left.RemoveAll(i => results[i] is { } result && !(result.Error is { } e && Repeating.IsPassing(e.Code)));
            if (left.Count == 0) return results;
            if (left.Count < before) repeating.Taken();
            await repeating.WaitAsync(refusal ?? results[left[0]].Error.Message, asked, cancellationToken);
        }
    }

    /// <summary>Keeps the rings of a call.</summary>
    /// <returns>Why they are not kept, for good; null: they are.</returns>
    public async Task<string?> KeepAsync(ClassifyRingTargetsRequest rings, CancellationToken cancellationToken)
    {
        for (var repeating = new Repeating(); ;)
        {
            var (answer, refusal, asked) = await TryAsync(
                () => client.ClassifyRingTargetsAsync(rings, cancellationToken));
            var errors = answer?.Results.Select(result => result.Error).OfType<RingTargetsError>().ToList() ?? [];
            if (errors.Find(e => !Repeating.IsPassing(e.Code)) is { } refused) return Text(refused);
            if (answer is not null && errors.Count == 0) return null;
            await repeating.WaitAsync(refusal ?? errors[0].Message, asked, cancellationToken);
        }
    }

    /// <summary>Retracts an event.</summary>
    public async Task RetractAsync(RetractStatusRequest retraction, CancellationToken cancellationToken)
    {
        for (var repeating = new Repeating(); ;)
        {
            var (answer, refusal, asked) = await TryAsync(
                () => client.RetractStatusAsync(retraction, cancellationToken));
            if (answer is not null) return;
            await repeating.WaitAsync(refusal!, asked, cancellationToken);
        }
    }

    /// <summary>An error as one line.</summary>
    public static string Text(RingTargetsError error) => string.Join(
        "; ",
        error.Fields.Select(fault => $"{fault.Field} {fault.Description}")
            .DefaultIfEmpty(error.Message).Prepend(EnumWord.Screaming((StatusCode)error.Code)));

    private static async Task<(T? Answer, string? Refusal, TimeSpan? Asked)> TryAsync<T>(Func<Task<T>> send)
        where T : class
    {
        try
        {
            return (await send(), null, null);
        }
        catch (RpcException e) when (Repeating.IsPassing((int)e.StatusCode))
        {
            return (null, $"{EnumWord.Screaming(e.StatusCode)}: {e.Status.Detail}", e.GetRetryDelay());
        }
    }
}
