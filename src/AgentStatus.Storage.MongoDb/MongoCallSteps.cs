using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The call steps in MongoDB. Which of two servers keeps a ring first is the database's word: one insert takes
/// the _id, and one update finds the step without an outcome. Nothing else changes a step, so that there is no third
/// state between two looks.</summary>
internal sealed class MongoCallSteps(MongoSession session, MongoErasure erasure) : ICallStepStore
{
    /// <summary>A step that another server changed is there and not yet with the majority: how often to look (5
    /// ms).</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(5);

    /// <summary>Rows of one search for calls: a large ring group has as many of one call.</summary>
    private const int RowsOfSearch = 1_000;

    private static readonly BulkWriteOptions Unordered = new() { IsOrdered = false };

    private readonly IMongoCollection<CallStepDocument> _steps = session.Database.CallSteps;

    public IReadOnlyList<KeepResult> Keep(IReadOnlyList<CallStep> steps)
    {
        var erased = erasure.FindErased(steps, step => step.Ring.CompanyId, HashOf);
        if (erased.Count == 0) return KeepThose(steps);
        var kept = new Queue<KeepResult>(KeepThose([.. steps.Where(step => !erased.Contains(HashOf(step)))]));
        return [.. steps.Select(step => erased.Contains(HashOf(step)) ? new(step, IsRefused: false) : kept.Dequeue())];
    }

    private IReadOnlyList<KeepResult> KeepThose(IReadOnlyList<CallStep> steps)
    {
        if (steps.Count == 0) return [];
        var ofRings = new OrderedDictionary<string, RingSteps>(StringComparer.Ordinal);
        for (var i = 0; i < steps.Count; i++)
        {
            var id = CallStepDocument.IdOf(steps[i].Ring);
            if (!ofRings.TryGetValue(id, out var ring)) ofRings.Add(id, ring = new());
            ring.Steps.Add((i, steps[i]));
        }

        var isReading = false;
        try
        {
            session.Writes.Write(time => KeepAsync(ofRings, reads => isReading = reads, time));
        }
        catch (StoreUnreachableException failure) when (isReading)
        {
            throw new StoreUnreachableException(failure.Message, failure) { IsOfRead = true };
        }

        var results = new KeepResult[steps.Count];
        foreach (var ring in ofRings.Values) ring.Tell(results);
        return results;
    }

    public IReadOnlyList<CallStep> Read(StepQuery query, IReadOnlyList<long> callIds, int most)
    {
        var filter = FilterOf(query);
        filter.Add("call_id", callIds.Count == 1 ? callIds[0] : new BsonDocument("$in", new BsonArray(callIds)));
        var inOrder = new FindOptions<CallStepDocument>
        {
            Sort = new BsonDocument { { "call_id", 1 }, { "ring_at", 1 }, { "agent_id", 1 }, { "ring_group_id", 1 } },
            Limit = most,
        };
        return session.Reads.Run(async time =>
            await _steps.ReadAsync(filter, time, inOrder).Select(document => document.Step)
                .Where(step => !erasure.UnderWay.Include(new(step.Ring.CompanyId, step.Ring.AgentId))).ToListAsync());
    }

    public CallScan Find(StepQuery query, CallAt after, int most)
    {
        var filter = FilterOf(query);
        if (after.RingAtMs >= query.FromMs)
        {
            var ringAt = DocumentFields.Bound(after.RingAtMs);
            filter.Add("$or", new BsonArray
            {
                new BsonDocument("ring_at", new BsonDocument("$gt", ringAt)),
                new BsonDocument
                {
                    { "ring_at", ringAt }, { "call_id", new BsonDocument("$gt", after.CallId) },
                },
            });
        }

        var inOrder = new FindOptions<CallStepDocument, BsonDocument>
        {
            Sort = new BsonDocument { { "ring_at", 1 }, { "call_id", 1 } },
            Projection = new BsonDocument { { "_id", 0 }, { "ring_at", 1 }, { "call_id", 1 } },
            Limit = RowsOfSearch,
        };
        var rows = session.Reads.Run(async time => await _steps.ReadAsync(filter, time, inOrder).ToListAsync());
        var calls = rows.Select(row => new CallAt(row.Date("ring_at"), row.WholeNumber("call_id"))).Distinct().ToList();
        return new([.. calls.Take(most)], IsComplete: rows.Count < RowsOfSearch && calls.Count <= most);
    }

    public void AddRejected(IReadOnlyList<CallStep> rejected)
    {
        var nowMs = session.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var documents = rejected.Select(
            step => new CallStepDocument(step, session.Membership.ServerId).Rejected(nowMs))
            .DistinctBy(one => one["_id"]);
        session.Writes.Write(time => session.Database.RejectedSteps.InsertAsync(documents, time.Token));
    }

    private async Task KeepAsync(
        OrderedDictionary<string, RingSteps> ofRings, Action<bool> tellReading, TimeLimit time)
    {
        var first = ofRings.Values.Select(ring => Document(ring.Meet(null))).ToList();
        var taken = await _steps.InsertAsync(first, time.Token);
        var open = taken.Select(ofRings.GetAt).ToDictionary(StringComparer.Ordinal);
        for (var looks = 0; open.Count > 0; looks++)
        {
            if (looks > 1) await Task.Delay(LookAgain, time.Token);
            var updates = new List<WriteModel<CallStepDocument>>();
            tellReading(true);
            foreach (var kept in await FindAsync(open.Keys, time))
            {
                var id = CallStepDocument.IdOf(kept.Ring);
                var stands = open[id].Meet(kept);
                if (stands.Outcome == kept.Outcome) open.Remove(id);
                else updates.Add(Update(stands));
            }

            // Whether this server's or another's update came first, the next look tells.
            tellReading(false);
            if (updates.Count > 0) await _steps.BulkWriteAsync(updates, Unordered, time.Token);
        }
    }

    /// <summary>What a majority has of these rings: what could be lost is not acknowledged to anybody.</summary>
    private async Task<List<CallStep>> FindAsync(IEnumerable<string> ids, TimeLimit time)
    {
        var filter = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids)));
        using var cursor = await _steps.FindAsync(filter, cancellationToken: time.Token);
        return (await cursor.ToListAsync(time.Token)).ConvertAll(document => document.Step);
    }

    private UpdateOneModel<CallStepDocument> Update(CallStep stands) =>
        new(CallStepDocument.WithoutOutcome(stands.Ring), Document(stands).ToUpdate());

    private CallStepDocument Document(CallStep step) => new(step, session.Membership.ServerId);

    private static string HashOf(CallStep step) => ErasedIdDocuments.OfRing(step.Ring);

    private static BsonDocument FilterOf(StepQuery query)
    {
        var filter = new BsonDocument("company_id", query.CompanyId);
        if (query.AgentId != 0) filter.Add("agent_id", query.AgentId);
        filter.Add("ring_at", new BsonDocument
        {
            { "$gte", DocumentFields.Bound(query.FromMs) }, { "$lt", DocumentFields.Bound(query.ToMs) },
        });
        return filter;
    }

    /// <summary>The steps of one ring, each with its place among those that are to be kept.</summary>
    private sealed class RingSteps
    {
        private readonly List<KeepResult> _results = [];

        public List<(int Index, CallStep Step)> Steps { get; } = [];

        /// <summary>What stands after all of them, one after the other.</summary>
        /// <param name="kept">What stood before; null: nothing.</param>
        public CallStep Meet(CallStep? kept)
        {
            _results.Clear();
            foreach (var (_, step) in Steps)
            {
                var isRefused = kept is not null && step.ChangeOf(kept) == StepChange.Refused;
                kept = step.After(kept);
                _results.Add(new(kept, isRefused));
            }

            return kept!;
        }

        public void Tell(KeepResult[] results)
        {
            for (var i = 0; i < Steps.Count; i++) results[Steps[i].Index] = _results[i];
        }
    }
}
