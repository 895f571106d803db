using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.CompanySettings;

/// <summary>Stores the hours as a version in force from now, durably, publishes it in <see cref="CompanyHours"/> and
/// returns the company's history. Where a version came after <paramref name="known"/>, the history as it stood when the
/// fetch began, nothing is stored: what was fetched may be older. Throws <see cref="StoreException"/> where it
/// cannot.</summary>
internal delegate Task<HoursHistory> RecordHours(
    long companyId, BusinessHours hours, HoursHistory? known, CancellationToken cancellation);

/// <summary>One fetch: asks the source, records what is new, and says in the log what went wrong, once.</summary>
internal sealed class SettingsFetcher(
    ISettingsSource source,
    CompanyHours hours,
    RecordHours record,
    CompanySettingsOptions options,
    TimeProvider time,
    ILogger<SettingsFetcher> logger)
{
    private readonly Repeats _notFetched = new(time);
    private readonly Repeats _notFound = new(time);

    /// <summary>True if what the source holds is now in force; false if it is to be tried again soon. Never throws. One
    /// at a time for a company.</summary>
    public async Task<bool> FetchAsync(long companyId, FetchState state, CancellationToken stopping)
    {
        try
        {
            var isTaken = await TakeAsync(companyId, state, stopping);
            if (isTaken && state.Reported is not null) Log.SettingsRecovered(logger, companyId);
            if (isTaken) state.Reported = null;
            return isTaken;
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
        }
        catch (StoreException e)
        {
            if (state.Reported != e.Message) Log.HoursNotRecorded(logger, companyId, e.Message);
            state.Reported = e.Message;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException
            or UnauthorizedAccessException or TimeoutException)
        {
            Report(state, e.Message, _notFetched, count => Log.SettingsNotFetched(logger, count, companyId, e.Message));
        }
        catch (Exception e)
        {
            Log.SettingsFetchBroke(logger, e, companyId);
        }

        return false;
    }

    private async Task<bool> TakeAsync(long companyId, FetchState state, CancellationToken stopping)
    {
        var known = hours.Find(companyId);
        var asked = await AskAsync(companyId, state.Tag, stopping);
        (state.Faults, state.IsRefused) = (asked?.Faults ?? state.TakenFaults, asked is { Hours: null });
        if (asked is not { } answer) return true;
        ReportFaults(state, answer, known ?? state.Passing);
        if (answer.Hours is not { } fetched) return false;

        var json = fetched.ToJson();
        var good = (known ?? state.Passing)?.Latest.Hours.ToJson();
        if (answer.IsNotFound && !options.NotFoundMeansOpen && good is not null && good != json)
        {
            Report(state, "404", _notFound, count => Log.SettingsNotFound(logger, count, companyId));
            return false;
        }

        if (known is null && !state.HasEvents)
        {
            state.Passing = new HoursHistory([new HoursVersion(companyId, time.NowMs(), fetched)]);
            return true;
        }

        if (known?.Latest.Hours.ToJson() != json)
        {
            stopping.ThrowIfCancellationRequested();
            var latest = (await record(companyId, fetched, known, stopping)).Latest;
            if (latest.Hours.ToJson() != json)
                return false;
            if (fetched.EndBeforeMidnight is { } field) Log.MidnightMayBeMeant(logger, companyId, field);
            if (known is not null)
                Log.HoursChanged(logger, companyId, DateTimeOffset.FromUnixTimeMilliseconds(latest.InForceFromMs));
        }

        (state.Tag, state.TakenFaults, state.Passing) = (answer.Tag, answer.Faults, null);
        return true;
    }

    /// <summary>Each once, until good ones come: those that refuse the company's hours, and those of agents'
    /// entries.</summary>
    private void ReportFaults(FetchState state, SettingsAnswer answer, HoursHistory? inForce)
    {
        var isRefused = answer.Hours is null;
        var faults = string.Join('\n', answer.Faults);
        if (!answer.IsLogged && faults != (isRefused ? state.Reported : state.ReportedFaults))
        {
            foreach (var fault in answer.Faults)
                Log.SettingsRefused(logger, fault, SettingsAnswer.ConsequenceOf(fault, isRefused, inForce));
        }

        if (isRefused) state.Reported = faults;
        else state.ReportedFaults = faults;
    }

    /// <summary>A trouble of the source's concerns all companies at once: one of them stands for all.</summary>
    private static void Report(FetchState state, string trouble, Repeats repeats, Action<long> say)
    {
        if (state.Reported == trouble || repeats.Count() is not { } count) return;
        state.Reported = trouble;
        say(count);
    }

    private async Task<SettingsAnswer?> AskAsync(long companyId, string? tag, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(ServerLimits.SettingsFetchMs), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            return await source.FetchAsync(companyId, tag, either.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {ServerLimits.SettingsFetchMs} ms", e);
        }
    }
}
