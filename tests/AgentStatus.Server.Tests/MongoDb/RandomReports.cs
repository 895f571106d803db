using System.Collections.Concurrent;
using AgentStatus.Storage.MongoDb;
using Grpc.Core;
using Origin = AgentStatus.Core.Origin;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Reports on a few agents, to any server: new ones, ones sent before, and other ones under an id that was
/// sent before. Keeps what was acknowledged.</summary>
internal sealed class RandomReports(
    long companyId, long agents, DateTimeOffset from, TimeSpan window, TimeSpan pause = default)
{
    private static readonly string[] Devices = ["", "phone", "desktop"];
    private static readonly string[] Labels = ["", "Lunch", "Training"];

    private readonly List<RecordStatusRequest> _sent = [];
    private readonly ConcurrentDictionary<string, bool> _retracted = new();
    private readonly ConcurrentQueue<(RecordStatusRequest Request, bool IsSpooled)> _acknowledged = new();
    private int _conflicts;
    private int _duplicates;
    private int _failures;

    public int Acknowledged => _acknowledged.Count;

    public override string ToString() =>
        $"{Acknowledged} acknowledged ({_acknowledged.Count(one => one.IsSpooled)} spooled, {_duplicates} duplicates), "
        + $"{_conflicts} conflicts, {_failures} not answered";

    /// <summary>Sends reports one after the other to the server that is chosen for each, until it is told to
    /// end.</summary>
    public async Task SendAsync(
        Random random, Func<AgentStatusService.AgentStatusServiceClient> choose, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var request = Next(random);
            try
            {
                if (random.Next(20) == 0) await RetractAsync(choose(), request.EventId);
                var answer = await choose().RecordStatusAsync(
                    request, deadline: DateTime.MaxValue, cancellationToken: CancellationToken.None);
                _acknowledged.Enqueue((request, answer.Durability == Durability.Spooled));
                if (answer.Outcome == RecordOutcome.Duplicate) Interlocked.Increment(ref _duplicates);
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.AlreadyExists)
            {
                Interlocked.Increment(ref _conflicts);
            }
            catch (RpcException gone)
                when (gone.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal)
            {
                // Killed, or not back yet.
                Interlocked.Increment(ref _failures);
                await Task.Delay(20, CancellationToken.None);
            }
            catch (ObjectDisposedException)
            {
                await Task.Delay(20, CancellationToken.None);
            }

            if (pause > TimeSpan.Zero) await Task.Delay(pause, CancellationToken.None);
        }
    }

    /// <summary>Sometimes before the event itself.</summary>
    private async Task RetractAsync(AgentStatusService.AgentStatusServiceClient server, string eventId)
    {
        await server.RetractStatusAsync(
            new() { CompanyId = companyId, EventId = eventId, Reason = "a test" }, deadline: DateTime.MaxValue);
        _retracted[eventId] = true;
    }

    /// <summary>Waits until nothing acknowledged is missing: it is stored, once, or it was spooled and is kept among
    /// the rejected ones, since another one with its id came first. And nothing is stored that nobody sent.</summary>
    public async Task AreStoredAsync(SharedDatabase database)
    {
        Dictionary<string, StatusEvent> stored = [];
        List<RecordStatusRequest> missing = [];
        await Until.TrueAsync(
            () =>
            {
                stored = database.Events().ToDictionary(one => one.EventId);
                var rejected = database.Texts(StatusDatabase.RejectedEvents, "event_id").ToHashSet();
                missing = [.. from one in _acknowledged
                              where !stored.TryGetValue(one.Request.EventId, out var found) || !IsOf(one.Request, found)
                              where !(one.IsSpooled && rejected.Contains(one.Request.EventId))
                              select one.Request];
                return missing.Count == 0;
            },
            () => $"all is stored: {missing.Count} are missing, the first is {missing[0]}");
        var retracted = database.Texts("retractions", "event_id").ToHashSet();
        Assert.Empty(_retracted.Keys.Except(retracted));
        var sent = _sent.ToLookup(request => request.EventId);
        foreach (var one in stored.Values) Assert.Contains(sent[one.EventId], request => IsOf(request, one));
    }

    private RecordStatusRequest Next(Random random)
    {
        lock (_sent)
        {
            var kind = _sent.Count == 0 ? 9 : random.Next(10);
            if (kind == 0) return _sent[random.Next(_sent.Count)];
            var request = New(random);
            if (kind == 1) request.EventId = _sent[random.Next(_sent.Count)].EventId;
            _sent.Add(request);
            return request;
        }
    }

    private RecordStatusRequest New(Random random)
    {
        Origin origin;
        Status status;
        do (origin, status) = ((Origin)random.Next(1, 6), (Status)random.Next(1, random.Next(8) == 0 ? 9 : 8));
        while (!StatusRules.MayCarry(origin, status));
        // Whole minutes meet each other.
        var at = from.AddMinutes(random.Next((int)window.TotalMinutes));
        return new()
        {
            CompanyId = companyId,
            AgentId = 1 + random.NextInt64(agents),
            Status = (V1.AgentStatus)status,
            Origin = (StatusOrigin)origin,
            OccurredAt = random.Next(10) == 0 ? null : Times.At(at.ToUnixTimeMilliseconds()),
            EventId = $"e{_sent.Count}",
            Sequence = random.Next(3) == 0 ? random.Next(-2, 3) : 0,
            CallId = origin == Origin.Call ? random.Next(3) : 0,
            DeviceId = origin is Origin.App or Origin.Agent ? Devices[random.Next(Devices.Length)] : "",
            Label = origin is Origin.Agent or Origin.Supervisor or Origin.System
                ? Labels[random.Next(Labels.Length)]
                : "",
        };
    }

    private static bool IsOf(RecordStatusRequest request, StatusEvent one) =>
        (request.AgentId, (int)request.Status, (int)request.Origin, request.Sequence, request.CallId)
            == (one.Agent.AgentId, (int)one.Status, (int)one.Origin, one.Sequence, one.CallId)
        && (request.DeviceId, request.Label) == (one.DeviceId, one.Label)
        && (request.OccurredAt is null || Times.Ms(request.OccurredAt) == one.OccurredAtMs);
}
