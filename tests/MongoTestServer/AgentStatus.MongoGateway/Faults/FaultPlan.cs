using AgentStatus.MongoGateway.Commands;

namespace AgentStatus.MongoGateway.Faults;

/// <summary>What is to go wrong, and what came to pass. For any number of threads.</summary>
internal sealed class FaultPlan
{
    public const string AnyWrite = "write";
    public const string AnyCommand = "*";

    private readonly Lock _lock = new();
    private readonly List<Fault> _faults = [];
    private readonly SortedDictionary<string, int> _counts = [];
    private TaskCompletionSource? _frozen;

    public void Add(Fault fault)
    {
        lock (_lock) _faults.Add(fault);
    }

    /// <summary>From now on nothing is run and nothing is answered, as if the network were gone, until Thaw.</summary>
    public void Freeze()
    {
        lock (_lock)
            _frozen ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>What waited goes on, as packets do that were on their way: late commands are run.</summary>
    public void Thaw()
    {
        lock (_lock)
        {
            _frozen?.SetResult();
            _frozen = null;
        }
    }

    public void Reset()
    {
        Thaw();
        lock (_lock) _faults.Clear();
    }

    /// <summary>Ends when the gateway is not frozen.</summary>
    public Task WhileFrozenAsync(CancellationToken cancel)
    {
        lock (_lock) return _frozen is null ? Task.CompletedTask : _frozen.Task.WaitAsync(cancel);
    }

    /// <summary>The first fault of that kind that this command meets, used up by one; null: none.</summary>
    public Fault? Take(FaultKind kind, string command)
    {
        lock (_lock)
        {
            var index = _faults.FindIndex(f => f.Kind == kind && Meets(f.Target, command));
            if (index < 0) return null;
            var fault = _faults[index];
            if (fault.Left is 1) _faults.RemoveAt(index);
            else _faults[index] = fault with { Left = fault.Left - 1 };
            return fault;
        }
    }

    /// <summary>Counts a command that was run, whether or not its answer arrived.</summary>
    public void Count(string command)
    {
        lock (_lock) _counts[command] = _counts.GetValueOrDefault(command) + 1;
    }

    /// <summary>One line: the state, the faults not used up, and how often each command was run.</summary>
    public string Describe()
    {
        lock (_lock)
            return $"frozen={(_frozen is null ? 0 : 1)} faults={_faults.Count}" +
                string.Concat(_counts.Select(c => $" {c.Key}={c.Value}"));
    }

    private static bool Meets(string target, string command) =>
        target == AnyCommand ||
        (target == AnyWrite
            ? WriteCommands.Names.Contains(command, StringComparer.OrdinalIgnoreCase)
            : target.Equals(command, StringComparison.OrdinalIgnoreCase));
}
