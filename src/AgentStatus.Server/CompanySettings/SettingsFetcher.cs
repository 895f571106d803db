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
    TimeProvider time,
    ILogger<SettingsFetcher> logger)
{
    /// <summary>True if what the source holds is now in force; false if it is to be tried again soon. Never throws. One
    /// at a time for a company.</summary>
    public async Task<bool> FetchAsync(long companyId, FetchState state, CancellationToken stopping)
    {
        try
        {
            await hours.WhenLoaded.WaitAsync(stopping);
            var isTaken = await TakeAsync(companyId, state, stopping);
            if (isTaken && state.StartReporting(null))
                Log.SettingsRecovered(logger, companyId);
            return isTaken;
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
        }
        catch (StoreException e)
        {
            if (state.StartReporting(e.Message))
                Log.HoursNotRecorded(logger, companyId, e.Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException
            or UnauthorizedAccessException or TimeoutException)
        {
            if (state.StartReporting(e.Message))
                Log.SettingsNotFetched(logger, companyId, e.Message);
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
        if (await AskAsync(companyId, state.Tag, stopping) is not { } answer)
            return true;
        if (answer.Hours is not { } fetched)
        {
            if (state.StartReporting(string.Join('\n', answer.Faults)))
                answer.Faults.ToList().ForEach(fault => Log.SettingsRefused(logger, fault));
            return false;
        }

        var json = fetched.ToJson();
        if (known?.Latest.Hours.ToJson() != json)
        {
            stopping.ThrowIfCancellationRequested();
            var latest = (await record(companyId, fetched, known, stopping)).Latest;
            if (latest.Hours.ToJson() != json)
                return false;
            if (known is not null)
                Log.HoursChanged(logger, companyId, DateTimeOffset.FromUnixTimeMilliseconds(latest.InForceFromMs));
        }

        state.Tag = answer.Tag;
        return true;
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
