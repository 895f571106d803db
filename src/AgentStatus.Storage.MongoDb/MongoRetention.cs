namespace AgentStatus.Storage.MongoDb;

/// <summary>Deletes old documents, by their ids and in small commands. There are no transactions here: events that are
/// superfluous among those that precede the cut go one after the other, in an order in which each step is
/// right.</summary>
internal sealed class MongoRetention(MongoSession session, Retractions retracted) : IRetentionStore
{
    private static readonly string[] Origins = [.. Enum.GetValues<Origin>()[1..].Select(Words.Of)];

    private static readonly BsonDocument IdAlone = new("_id", 1);

    private readonly StatusDatabase _database = session.Database;
    private readonly List<(long CompanyId, string EventId)> _gone = [];
    private long _cutMs = long.MinValue;

    /// <summary>Events before it are not retracted, as far as this server knows; <see cref="long.MinValue"/>: there is
    /// none.</summary>
    public long CutMs => Volatile.Read(ref _cutMs);

    public RetentionState Read()
    {
        var state = session.Writes.Run(time => RetentionDocument.ReadAsync(_database, time.Token));
        Volatile.Write(ref _cutMs, state.CutMs ?? long.MinValue);
        return state;
    }

    public void Keep(RetentionState state)
    {
        session.Writes.Write(time => RetentionDocument.KeepAsync(_database, state, time.Token));
        Read();
    }

    public IEnumerable<DeletedRows> Delete(long cutMs, long eventsFromMs, Func<int> most)
    {
        foreach (var (companyId, eventId) in _gone) retracted.Remove(companyId, eventId);
        _gone.Clear();
        var before = new BsonDocument("$lt", DocumentFields.Bound(cutMs));
        var through = new BsonDocument("$lte", DocumentFields.Bound(cutMs));
        return DeleteEvents(eventsFromMs, most)
            .Concat(DeleteOf(_database.CallSteps, DeletedKind.CallSteps, new("ring_at", before), most))
            .Concat(DeleteOf(_database.OfflinePeriods, DeletedKind.OfflinePeriods, new("ended_at", through), most))
            .Concat(DeleteHours(cutMs))
            .Concat(DeleteWaiting(cutMs, most))
            .Concat(DeleteRejected(before));
    }

    private IEnumerable<DeletedRows> DeleteEvents(long beforeMs, Func<int> most) =>
        from companyId in CompaniesOf(_database.Events)
        from agentId in Distinct(_database.Events, "agent_id", new("company_id", companyId))
        from deleted in DeleteEvents(new AgentKey(companyId, agentId), beforeMs, most)
        select deleted;

    private IEnumerable<DeletedRows> DeleteEvents(AgentKey agent, long beforeMs, Func<int> most)
    {
        var preceding = session.Steps.Run(time => EventReads.ReadPrecedingAsync(
            _database, agent.CompanyId, [agent.AgentId], beforeMs, retracted, time));
        preceding.Sort(StatusEvent.Compare);
        var precedingIds = preceding.ConvertAll(e => e.EventId).ToHashSet();
        for (var isDone = false; !isDone;)
        {
            // Those that precede may be among what is read, again and again.
            var limit = most() + preceding.Count;
            var read = ReadIds(agent, new("$lt", DocumentFields.Bound(beforeMs)), limit);
            isDone = read.Count < limit;
            foreach (var deleted in DeleteEvents(agent.CompanyId, read.FindAll(id => !precedingIds.Contains(id))))
                yield return deleted;
        }

        var staying = PrecedingEvents.Staying(preceding, out var superfluous);
        foreach (var some in superfluous.Select(e => e.EventId).Chunk(most()))
            yield return new(DeletedKind.Events, DeleteInOrder(agent.CompanyId, some));

        // Who left, and never came back, leaves nothing behind.
        if (staying is [{ Status: Status.Left } left]
            && ReadIds(agent, new("$gte", DocumentFields.Bound(beforeMs)), 1).Count == 0)
            yield return new(DeletedKind.Events, DeleteInOrder(agent.CompanyId, [left.EventId]));
    }

    /// <summary>Events first: a retraction that is left over has nothing to wait for, and goes with the next
    /// pass.</summary>
    private IEnumerable<DeletedRows> DeleteEvents(long companyId, List<string> eventIds)
    {
        if (eventIds.Count == 0) yield break;
        Delete(_database.Events, companyId, eventIds.Select(id => EventDocument.IdOf(companyId, id)));
        yield return new(DeletedKind.Events, eventIds.Count);
        var ofRetracted = eventIds.FindAll(id => retracted.Contains(companyId, id));
        if (ofRetracted.Count == 0) yield break;
        Delete(_database.Retractions, companyId, ofRetracted.Select(id => EventDocument.IdOf(companyId, id)));
        _gone.AddRange(ofRetracted.Select(id => (companyId, id)));
        yield return new(DeletedKind.Retractions, ofRetracted.Count);
    }

    private IEnumerable<DeletedRows> DeleteOf<T>(
        IMongoCollection<T> collection, DeletedKind kind, BsonElement isOld, Func<int> most)
        where T : IDocument<T>
    {
        foreach (var companyId in CompaniesOf(collection))
        {
            for (var isDone = false; !isDone;)
            {
                var options = new FindOptions<T, BsonDocument> { Projection = IdAlone, Limit = most() };
                var filter = new BsonDocument { { "company_id", companyId }, isOld };
                var ids = session.Steps.Run(async time =>
                    await collection.ReadAsync(filter, time, options).Select(one => one["_id"].AsString).ToListAsync());
                isDone = ids.Count < options.Limit;
                if (ids.Count > 0) Delete(collection, companyId, ids);
                yield return new(kind, ids.Count);
            }
        }
    }

    /// <summary>Versions that were in force no more at the cut.</summary>
    private IEnumerable<DeletedRows> DeleteHours(long cutMs)
    {
        var options = new FindOptions<HoursDocument, BsonDocument>
        {
            Projection = new BsonDocument { { "number", 1 }, { "in_force_from", 1 } },
        };
        foreach (var companyId in CompaniesOf(_database.Hours))
        {
            var versions = session.Steps.Run(async time =>
                await _database.Hours.ReadAsync(new BsonDocument("company_id", companyId), time, options)
                    .ToListAsync());
            var inForce = versions.Where(one => one.Date("in_force_from") <= cutMs)
                .Select(one => one.WholeNumber("number")).DefaultIfEmpty(0).Max();
            var ids = versions.Where(one => one.WholeNumber("number") < inForce)
                .Select(one => one["_id"].AsString).ToList();
            if (ids.Count > 0) Delete(_database.Hours, companyId, ids);
            yield return new(DeletedKind.HoursVersions, ids.Count);
        }
    }

    /// <summary>Retractions whose events never came, or are gone.</summary>
    private IEnumerable<DeletedRows> DeleteWaiting(long cutMs, Func<int> most)
    {
        var after = "";
        for (var isDone = false; !isDone;)
        {
            var options = new FindOptions<RetractionDocument> { Sort = IdAlone, Limit = most() };
            var read = session.Steps.Run(async time => await _database.Retractions.ReadAsync(
                new BsonDocument("_id", new BsonDocument("$gt", after)), time, options).ToListAsync());
            isDone = read.Count < options.Limit;
            if (read.Count > 0) after = read[^1].Id;
            var old = read.FindAll(one =>
                one.Retraction.RecordedAtMs < cutMs && session.Companies.Contains(one.Retraction.CompanyId));
            var events = session.Steps.Run(time => RetractionReads.FindEventsAsync(
                _database, old.Select(one => one.Retraction), time)).Select(EventDocument.IdOf).ToHashSet();
            var waiting = old.FindAll(one => !events.Contains(one.Id));
            foreach (var company in waiting.GroupBy(one => one.Retraction.CompanyId))
                Delete(_database.Retractions, company.Key, company.Select(one => one.Id));
            _gone.AddRange(waiting.Select(one => (one.Retraction.CompanyId, one.Retraction.EventId)));
            yield return new(DeletedKind.Retractions, waiting.Count);
        }
    }

    /// <summary>What could not leave a spool, and lies aside for people to read: few documents.</summary>
    private IEnumerable<DeletedRows> DeleteRejected(BsonDocument before)
    {
        session.Writes.Write(time => _database.Rejected.WriteAsync(
            [new DeleteManyModel<BsonDocument>(new BsonDocument("occurred_at", before))], time.Token));
        session.Writes.Write(time => _database.RejectedSteps.WriteAsync(
            [new DeleteManyModel<BsonDocument>(new BsonDocument("ring_at", before))], time.Token));
        yield break;
    }

    private List<string> ReadIds(AgentKey agent, BsonDocument occurredAt, int most)
    {
        var filter = new BsonDocument
        {
            { "company_id", agent.CompanyId }, { "agent_id", agent.AgentId },
            { "origin", new BsonDocument("$in", new BsonArray(Origins)) }, { "occurred_at", occurredAt },
        };
        var options = new FindOptions<EventDocument, EventDocument> { Projection = EventReads.Fields, Limit = most };
        return session.Steps.Run(async time =>
            await _database.Events.ReadAsync(filter, time, options).Select(one => one.Event.EventId).ToListAsync());
    }

    /// <summary>Those that this server has: others' retractions it does not know.</summary>
    private List<long> CompaniesOf<T>(IMongoCollection<T> collection) =>
        Distinct(collection, "company_id", []).FindAll(session.Companies.Contains);

    private List<long> Distinct<T>(IMongoCollection<T> collection, string field, BsonDocument filter) =>
        session.Reads.Run(async time =>
        {
            using var cursor = await collection.DistinctAsync<long>(field, filter, cancellationToken: time.Token);
            return await cursor.ToListAsync(time.Token);
        });

    private void Delete<T>(IMongoCollection<T> collection, long companyId, IEnumerable<string> ids)
    {
        var filter = new BsonDocument
        {
            { "company_id", companyId }, { "_id", new BsonDocument("$in", new BsonArray(ids)) },
        };
        session.Writes.Write(time => collection.WriteAsync([new DeleteManyModel<T>(filter)], time.Token));
    }

    private int DeleteInOrder(long companyId, string[] eventIds)
    {
        foreach (var id in eventIds) Delete(_database.Events, companyId, [EventDocument.IdOf(companyId, id)]);
        return eventIds.Length;
    }
}
