using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.Sqlite;

/// <summary>The call steps of a file, written by the connection that appends events.</summary>
internal sealed class SqliteCallSteps(SqliteSession session, ReaderPool readers, SqliteErasure erasure)
    : ICallStepStore
{
    public IReadOnlyList<KeepResult> Keep(IReadOnlyList<CallStep> steps) => session.Write(() => steps.Select(
        step => erasure.HasErased(step.Ring) ? new(step, IsRefused: false) : session.CallSteps.Keep(step)).ToArray());

    public IReadOnlyList<CallStep> Read(StepQuery query, IReadOnlyList<long> callIds, int most)
    {
        var steps = readers.Read(reader => reader.CallSteps.Read(query, callIds, most));
        return erasure.UnderWay.All.Count == 0
            ? steps
            : [.. steps.Where(step => !erasure.UnderWay.Include(new(step.Ring.CompanyId, step.Ring.AgentId)))];
    }

    public CallScan Find(StepQuery query, CallAt after, int most) =>
        readers.Read(reader => reader.CallSteps.Find(query, after, most));
}
