namespace AgentStatus.Storage.Sqlite;

/// <summary>Deletes old rows of a file, in short transactions: whoever appends waits for the one under way.</summary>
/// <param name="writer">Keeps the cut, and syncs it.</param>
/// <param name="unsynced">Deletes: what a crash of the machine takes back is deleted again.</param>
/// <param name="retracted">Ids whose events are gone are forgotten a pass later: somebody may still be reading what
/// was there before.</param>
internal sealed class SqliteRetention(
    SqliteSession writer, SqliteSession unsynced, ReaderPool readers, Retractions retracted) : IRetentionStore
{
    /// <summary>What it takes to look at an agent, or a company, of which nothing goes, in rows.</summary>
    private const int LookWork = 8;

    private static readonly Origin[] Origins = Enum.GetValues<Origin>()[1..];

    private readonly List<(long CompanyId, string EventId)> _going = [];
    private readonly List<(long CompanyId, string EventId)> _gone = [];
    private long _cutMs = writer.Settings.FindRetention().CutMs ?? long.MinValue;

    /// <summary>Events before it are neither added nor retracted; <see cref="long.MinValue"/>: there is none.</summary>
    public long CutMs => Volatile.Read(ref _cutMs);

    public RetentionState Read() => readers.Read(reader => reader.Settings.FindRetention());

    public void Keep(RetentionState state) => Volatile.Write(ref _cutMs, writer.Write(() =>
    {
        writer.Settings.Put(state);
        return writer.Settings.FindRetention().CutMs ?? long.MinValue;
    }));

    public IEnumerable<DeletedRows> Delete(long cutMs, long eventsFromMs, Func<int> most)
    {
        foreach (var (companyId, eventId) in _gone) retracted.Remove(companyId, eventId);
        _gone.Clear();
        return DeleteEvents(eventsFromMs, most)
            .Concat(DeleteOf(DeletedKind.CallSteps, cutMs, most))
            .Concat(DeleteOf(DeletedKind.OfflinePeriods, cutMs, most))
            .Concat(DeleteOf(DeletedKind.HoursVersions, cutMs, most))
            .Concat(DeleteWaiting(cutMs, most));
    }

    private bool Write(Func<bool> work)
    {
        _going.Clear();
        var result = unsynced.Write(work);
        _gone.AddRange(_going);
        return result;
    }

    private IEnumerable<DeletedRows> DeleteEvents(long beforeMs, Func<int> most)
    {
        var agent = new AgentKey(long.MinValue, long.MinValue);
        for (var isDone = false; !isDone;)
        {
            var (events, retractions) = (0, 0);
            isDone = Write(() =>
            {
                for (var left = most(); left > 0; left -= LookWork)
                {
                    if (unsynced.Retention.NextAgent(agent) is not { } next) return true;
                    var gone = DeleteEvents(next, beforeMs, left);
                    events += gone.Events;
                    retractions += gone.Retractions;
                    left -= gone.Events;

                    // There may be more of the agent: the next portion begins with it.
                    if (left > 0) agent = next;
                }

                return false;
            });
            yield return new(DeletedKind.Events, events);
            if (retractions > 0) yield return new(DeletedKind.Retractions, retractions);
        }
    }

    /// <summary>Those that nothing from then on needs. What no layer holds any more goes first, in any order.</summary>
    private (int Events, int Retractions) DeleteEvents(AgentKey agent, long beforeMs, int most)
    {
        var preceding = unsynced.Events.ReadPreceding(agent, beforeMs, retracted);
        var precedingIds = preceding.ConvertAll(e => e.EventId).ToHashSet();
        var (events, retractions) = (0, 0);
        foreach (var origin in Origins)
        {
            var old = unsynced.Retention.OldEvents(agent, origin, beforeMs, most + preceding.Count);
            foreach (var (atMs, eventId) in old.Where(one => !precedingIds.Contains(one.EventId)))
            {
                if (events == most) return (events, retractions);
                events += unsynced.Retention.DeleteEvent(agent, origin, atMs, eventId);
                if (!retracted.Contains(agent.CompanyId, eventId)) continue;
                retractions += unsynced.Retention.DeleteRetraction(agent.CompanyId, eventId);
                _going.Add((agent.CompanyId, eventId));
            }
        }

        var staying = PrecedingEvents.Staying(preceding, out var superfluous);
        foreach (var e in superfluous.Take(most - events))
            events += unsynced.Retention.DeleteEvent(agent, e.Origin, e.OccurredAtMs, e.EventId);

        // Who left, and never came back, leaves nothing behind.
        if (staying is [{ Status: Status.Left } left] && events < most
            && !unsynced.Retention.HasEventFrom(agent, beforeMs))
            events += unsynced.Retention.DeleteEvent(agent, left.Origin, left.OccurredAtMs, left.EventId);
        return (events, retractions);
    }

    private IEnumerable<DeletedRows> DeleteOf(DeletedKind kind, long cutMs, Func<int> most)
    {
        var company = long.MinValue;
        for (var isDone = false; !isDone;)
        {
            var rows = 0;
            isDone = Write(() =>
            {
                for (var left = most(); left > 0; left -= LookWork)
                {
                    if (unsynced.Retention.NextCompany(kind, company) is not { } next) return true;
                    var gone = unsynced.Retention.DeleteOf(kind, next, cutMs, left);
                    rows += gone;
                    left -= gone;
                    if (left > 0) company = next;
                }

                return false;
            });
            yield return new(kind, rows);
        }
    }

    /// <summary>Retractions whose events never came.</summary>
    private IEnumerable<DeletedRows> DeleteWaiting(long cutMs, Func<int> most)
    {
        var (companyId, eventId) = (long.MinValue, "");
        for (var isDone = false; !isDone;)
        {
            var rows = 0;
            isDone = Write(() =>
            {
                var portion = Math.Max(1, most() / LookWork);
                var found = unsynced.Retention.Retractions(companyId, eventId, portion);
                foreach (var one in found.Where(one => one.RecordedAtMs < cutMs))
                {
                    if (unsynced.Events.FindById(one.CompanyId, one.EventId) is not null) continue;
                    rows += unsynced.Retention.DeleteRetraction(one.CompanyId, one.EventId);
                    _going.Add((one.CompanyId, one.EventId));
                }

                if (found.Count > 0) (companyId, eventId) = (found[^1].CompanyId, found[^1].EventId);
                return found.Count < portion;
            });
            yield return new(DeletedKind.Retractions, rows);
        }
    }
}
