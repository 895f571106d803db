using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace AgentStatus.Benchmarks.Processes;

/// <summary>A process that this program started, and ends by its id.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>
    /// The unit of CPU time in /proc: Linux has shown programs a hundredth of a second on every platform.
    /// </summary>
    private const double TicksPerSecond = 100;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private static readonly ConcurrentDictionary<int, ChildProcess> Running = new();

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly ManualResetEventSlim _spoke = new();

    public ChildProcess(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
        _process.OutputDataReceived += (_, said) => Hear(said.Data);
        _process.ErrorDataReceived += (_, said) => Hear(said.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Running[Id] = this;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>User and system time so far, in seconds, in steps of 10 ms. Linux.</summary>
    public double CpuSeconds()
    {
        var stat = File.ReadAllText($"/proc/{Id}/stat");

        // The second field is the program's name in parentheses and may hold anything; user time is the 14th,
        // system the 15th.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>Physical memory in use, in bytes. Linux.</summary>
    public long ResidentBytes()
    {
        var line =
            File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1_024;
    }

    /// <summary>Waits for a line of its output that contains this text.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not say so in time; with what it said.</exception>
    public string WaitForLine(string text, TimeSpan limit)
    {
        var waiting = Stopwatch.StartNew();
        while (waiting.Elapsed < limit)
        {
            _spoke.Reset();
            var ended = _process.HasExited;
            lock (_lines)
                if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } found) return found;
            if (ended) break;
            _spoke.Wait(TimeSpan.FromMilliseconds(100));
        }

        throw new InvalidOperationException($"{_process.StartInfo.FileName} did not say \"{text}\" but:\n{Said()}");
    }

    /// <summary>Waits for its end and gives what it said.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public string Finish()
    {
        _process.WaitForExit();
        if (_process.ExitCode == 0) return Said();
        throw new InvalidOperationException(
            $"{_process.StartInfo.FileName} ended with {_process.ExitCode}:\n{Said()}");
    }

    /// <summary>Ends all that are still running, where the run is broken off.</summary>
    public static void EndAll()
    {
        foreach (var child in Running.Values)
        {
            try
            {
                child.End();
            }
            catch (InvalidOperationException)
            {
                // The run's own thread was faster, with an error that the signal caused.
            }
        }
    }

    public void Dispose()
    {
        Running.TryRemove(Id, out _);
        End();
        _process.Dispose();
        _spoke.Dispose();
    }

    /// <summary>Asks it to end by SIGTERM, and ends it where it does not.</summary>
    private void End()
    {
        if (!_process.HasExited)
        {
            using (var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]))
                kill.WaitForExit();
            if (!_process.WaitForExit(StopLimit)) _process.Kill();
            _process.WaitForExit();
        }
    }

    private string Said()
    {
        lock (_lines) return string.Join('\n', _lines);
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        lock (_lines) _lines.Add(line);
        _spoke.Set();
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
