using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace AgentStatus.TestKit;

/// <summary>A program that this one started, listens to, and ends by its id. Its input is closed.</summary>
public sealed class ChildProcess : IDisposable
{
    public const int Sigterm = 15;
    public const int Sigcont = 18;
    public const int Sigstop = 19;

    /// <summary>How long a program may take for what is waited for: far more than it does, on a busy machine
    /// too.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The unit of CPU time in /proc: Linux has shown programs a hundredth of a second on every
    /// platform.</summary>
    private const double TicksPerSecond = 100;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);
    private static readonly ConcurrentDictionary<int, ChildProcess> Running = new();

    private readonly Process _process;
    private readonly List<(bool IsError, string Text)> _lines = [];
    private readonly SemaphoreSlim _spoke = new(0);
    private int _open = 2;

    public ChildProcess(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? directory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
        Id = _process.Id;
        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, line) => Hear(isError: false, line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(isError: true, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Running[Id] = this;
    }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>What it has said so far, to output and error.</summary>
    public string Said => Text(_ => true);

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Output> RunAsync(
        string program, IEnumerable<string> arguments, string? directory = null, TimeSpan? limit = null)
    {
        using var process = new ChildProcess(program, arguments, directory: directory);
        return await process.EndAsync(limit);
    }

    /// <summary>Stops all that are still running, where a run is broken off.</summary>
    public static void StopAll()
    {
        foreach (var child in Running.Values) child.Stop();
    }

    /// <summary>Waits for a line that contains this text.</summary>
    /// <exception cref="InvalidOperationException">It ended, or said nothing for the limit.</exception>
    public async Task<string> LineAsync(string text, TimeSpan? limit = null)
    {
        while (true)
        {
            var isOpen = Volatile.Read(ref _open) > 0;
            string? found;
            lock (_lines) found = _lines.Find(line => line.Text.Contains(text)).Text;
            if (found is not null) return found;
            if (!isOpen || !await _spoke.WaitAsync(limit ?? Limit))
                throw new InvalidOperationException($"{_process.StartInfo.FileName} did not say \"{text}\":\n{Said}");
        }
    }

    /// <summary>Waits for its end, and for all of its output.</summary>
    public async Task<Output> EndAsync(TimeSpan? limit = null)
    {
        await _process.WaitForExitAsync().WaitAsync(limit ?? Limit);
        return new Output(_process.ExitCode, Text(isError => !isError), Text(isError => isError));
    }

    public void Signal(int signal)
    {
        if (Kill(Id, signal) != 0) throw new InvalidOperationException($"{Id} cannot be sent signal {signal}.");
    }

    /// <summary>The programs and libraries that it has loaded. Linux.</summary>
    public IReadOnlySet<string> LoadedFiles() => File.ReadLines($"/proc/{Id}/maps")
        .Select(line => line.Split(' ')[^1])
        .Where(path => path.EndsWith(".dll") || path.Contains(".so"))
        .ToHashSet();

    /// <summary>As a power cut would.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>Asks it to end by SIGTERM, and kills it where it does not.</summary>
    public void Stop()
    {
        Kill(Id, Sigterm);
        if (!_process.WaitForExit(StopLimit)) Kill();
    }

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
            File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith("VmRSS:"));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1_024;
    }

    /// <summary>How long its threads have run, and how long they have waited for a processor that others had. Those
    /// that have ended are left out. Linux.</summary>
    public (TimeSpan Ran, TimeSpan Waited) ProcessorTimes()
    {
        var (ran, waited) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{Id}/task"))
        {
            try
            {
                var nanoseconds = File.ReadAllText($"{thread}/schedstat").Split(' ');
                ran += TimeSpan.FromTicks(Number(nanoseconds[0]) / 100);
                waited += TimeSpan.FromTicks(Number(nanoseconds[1]) / 100);
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return (ran, waited);
    }

    /// <summary>Kills it if it still runs.</summary>
    public void Dispose()
    {
        Running.TryRemove(Id, out _);
        if (!_process.HasExited) Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Text(Predicate<bool> isWanted)
    {
        lock (_lines) return string.Join('\n', _lines.Where(line => isWanted(line.IsError)).Select(line => line.Text));
    }

    private void Hear(bool isError, string? line)
    {
        if (line is null) Interlocked.Decrement(ref _open);
        else
            lock (_lines) _lines.Add((isError, line));
        _spoke.Release();
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
