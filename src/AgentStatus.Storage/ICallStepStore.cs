using AgentStatus.Core.Rings;

namespace AgentStatus.Storage;

/// <summary>Keeps call steps for good: rings, each with the classification that was given for it
/// (docs/rules.md, Call steps). Methods block, and throw as those of <see cref="IStatusStore"/> do.</summary>
public interface ICallStepStore
{
    /// <summary>Keeps the steps in order; a ring may come several times. What became of each is
    /// <see cref="CallStep.ChangeOf"/> the one that stands. They are durable when it returns. The appending thread
    /// only.</summary>
    /// <exception cref="StoreUnreachableException">Not confirmed: some may be kept, or come to be.</exception>
    /// <exception cref="StoreException">None is kept.</exception>
    IReadOnlyList<KeepResult> Keep(IReadOnlyList<CallStep> steps);

    /// <summary>The steps that the query asks for of these calls, by call, and within a call as
    /// <see cref="CallStep.Compare"/> says.</summary>
    /// <param name="callIds">Each once.</param>
    /// <param name="most">The rest is left off.</param>
    IReadOnlyList<CallStep> Read(StepQuery query, IReadOnlyList<long> callIds, int most);

    /// <summary>Which calls the query's steps are of, by ring_at and call: a call once for each ring_at.</summary>
    /// <param name="after">Only what comes behind it.</param>
    /// <param name="most">Of the answer; it may be shorter though there are more.</param>
    CallScan Find(StepQuery query, CallAt after, int most);

    /// <summary>Steps that wait on this machine's disk while a shared store does not answer. Any thread.</summary>
    long SpooledCount => 0;

    /// <summary>Takes up to so many of them into the store, oldest first. Nothing where the store does not answer. The
    /// appending thread only.</summary>
    /// <returns>How many left the spool, and those of which another server has kept something else meanwhile: they are
    /// set aside.</returns>
    /// <exception cref="StoreException">Nothing left the spool.</exception>
    StepDrain Drain(int most) => default;

    /// <summary>Sets aside, for people to read, steps that were acknowledged from a spool and refused by the store.
    /// Each content once. The appending thread only.</summary>
    void AddRejected(IReadOnlyList<CallStep> rejected) =>
        throw new NotSupportedException("Only a shared store has a spool in front of it.");
}

/// <summary>What became of a step.</summary>
/// <param name="Stands">What is kept of its ring now.</param>
/// <param name="IsRefused">Something else is kept: nothing changed.</param>
/// <param name="IsSpooled">Kept in this machine's spool, and on its way into the store.</param>
/// <param name="IsBeingErased">Its agent is being erased: it is not kept now, and can be later.</param>
public readonly record struct KeepResult(
    CallStep Stands, bool IsRefused, bool IsSpooled = false, bool IsBeingErased = false);

/// <summary>Steps of a company with <paramref name="FromMs"/> &lt;= ring_at &lt; <paramref name="ToMs"/>.</summary>
/// <param name="AgentId">0: of all agents.</param>
public readonly record struct StepQuery(long CompanyId, long FromMs, long ToMs, long AgentId = 0)
{
    /// <summary>All steps of a company.</summary>
    public static StepQuery AllOf(long companyId) => new(companyId, long.MinValue, long.MaxValue);

    public bool Includes(in RingKey ring) =>
        ring.CompanyId == CompanyId && ring.RingAtMs >= FromMs && ring.RingAtMs < ToMs
        && (AgentId == 0 || ring.AgentId == AgentId);
}

/// <summary>A call and a ring_at of a step of it.</summary>
public readonly record struct CallAt(long RingAtMs, long CallId) : IComparable<CallAt>
{
    public int CompareTo(CallAt other) => (RingAtMs, CallId).CompareTo((other.RingAtMs, other.CallId));
}

/// <summary>What a search for calls found.</summary>
/// <param name="IsComplete">Nothing comes behind these.</param>
public readonly record struct CallScan(IReadOnlyList<CallAt> Calls, bool IsComplete);

/// <summary>What a portion of spooled steps came to; the default: nothing left the spool.</summary>
/// <param name="Count">Steps that left the spool.</param>
/// <param name="Rejected">Those among them that the store refused.</param>
public readonly record struct StepDrain(int Count, IReadOnlyList<CallStep>? Rejected);
