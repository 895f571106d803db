using System.Net;
using System.Threading.RateLimiting;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Memory;

/// <summary>What agents were as it was known at an instant. That takes all of their events, which the store may read
/// for seconds: a few requests at a time do that, and no address takes all of those places. Any thread.</summary>
/// <param name="threads">Read and work out, a portion of an agent's events at a time: then it is another request's
/// turn.</param>
internal sealed class AsKnownLookup(TimelineLoader loader, RetentionCut cut, LowPriorityThreads threads) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _places = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetConcurrencyLimiter(
            address, _ => Places(ServerLimits.AsKnownRingsOfAddress, ServerLimits.QueuedAsKnownRingsOfAddress))),
        PartitionedRateLimiter.Create<IPAddress, int>(_ => RateLimitPartition.GetConcurrencyLimiter(
            0, _ => Places(ServerLimits.AsKnownRings, ServerLimits.QueuedAsKnownRings))));

    /// <summary>Waits for a request's place, which is given back with what this returns; null: too many wait.</summary>
    /// <param name="address">The caller's; null: it has none.</param>
    /// <param name="instantMs">When what the agents were is asked for.</param>
    /// <param name="knownAtMs">What was recorded before it counts.</param>
    public async Task<Request?> TryBeginAsync(
        IPAddress? address, long instantMs, long knownAtMs, CancellationToken cancellation)
    {
        var place = await _places.AcquireAsync(address ?? IPAddress.None, 1, cancellation);
        if (place.IsAcquired) return new(loader, cut, threads, place, instantMs, knownAtMs);
        place.Dispose();
        return null;
    }

    public void Dispose() => _places.Dispose();

    private static ConcurrencyLimiterOptions Places(int most, int queued) =>
        new() { PermitLimit = most, QueueLimit = queued, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };

    /// <summary>One that has its place. One caller at a time.</summary>
    internal sealed class Request(
        TimelineLoader loader, RetentionCut cut, LowPriorityThreads threads, RateLimitLease place, long instantMs,
        long knownAtMs) : IDisposable
    {
        private readonly Dictionary<AgentKey, StatusAt> _found = [];
        private long _events;

        /// <summary>What the agent was; null: with its events the request takes more than <see
        /// cref="ServerLimits.AsKnownEvents"/>. The first agent may have more. One that is asked for again is not read
        /// again.</summary>
        /// <exception cref="OperationCanceledException">Seen after each portion of an agent's events.</exception>
        public async ValueTask<StatusAt?> FindAsync(AgentKey agent, CancellationToken cancellation)
        {
            if (_found.TryGetValue(agent, out var known)) return known;
            var builder = loader.NewBuilder();
            using var portions = loader.AddAsKnownAt(builder, agent, instantMs + 1, knownAtMs).GetEnumerator();
            while (await threads.Run(portions.MoveNext, cancellation))
            {
                _events += portions.Current;
                if (_events > ServerLimits.AsKnownEvents && _found.Count > 0) return null;
            }

            var at = await threads.Run(() => cut.Clip(builder.Build().At(instantMs), instantMs), cancellation);
            _found.Add(agent, at);
            return at;
        }

        public void Dispose() => place.Dispose();
    }
}
