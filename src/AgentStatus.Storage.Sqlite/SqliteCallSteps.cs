using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.Sqlite;

/// <summary>The call steps of a file, written by the connection that appends events.</summary>
internal sealed class SqliteCallSteps(SqliteSession session, ReaderPool readers) : ICallStepStore
{
    public IReadOnlyList<KeepResult> Keep(IReadOnlyList<CallStep> steps) =>
        session.Write(() => steps.Select(session.CallSteps.Keep).ToArray());

    public IReadOnlyList<CallStep> Read(StepQuery query, IReadOnlyList<long> callIds, int most) =>
        readers.Read(reader => reader.CallSteps.Read(query, callIds, most));

    public CallScan Find(StepQuery query, CallAt after, int most) =>
        readers.Read(reader => reader.CallSteps.Find(query, after, most));
}
