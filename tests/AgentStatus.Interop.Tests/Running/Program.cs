using System.Collections.Concurrent;
using System.Diagnostics;

namespace AgentStatus.Interop.Tests.Running;

/// <summary>A program that runs, is listened to, and is gone when the test is over.</summary>
internal sealed class Program : IAsyncDisposable
{
    /// <summary>How long anything here may take: far more than it does, on a busy machine too.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SemaphoreSlim _moreLines = new(0);
    private readonly Task<string> _errors;
    private readonly Task _reading;

    private Program(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _errors = _process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>All that it has said on its standard output so far.</summary>
    public string Said => string.Join('\n', _lines);

    public static Program Start(string file, IEnumerable<string> arguments, string? directory = null) =>
        new(new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = directory ?? SourceTree.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });

    /// <summary>Runs it to its end.</summary>
    public static async Task<Output> RunAsync(string file, IEnumerable<string> arguments, string? directory = null)
    {
        await using var program = Start(file, arguments, directory);
        return await program.EndAsync();
    }

    /// <summary>Waits until a line of its standard output holds a text.</summary>
    public async Task UntilItSaysAsync(string text)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!_lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            if (_reading.IsCompleted) Assert.Fail($"It ended and never said \"{text}\": {Said}\n{await _errors}");
            await Task.WhenAny(_moreLines.WaitAsync(limit.Token), _reading);
            Assert.False(limit.IsCancellationRequested, $"It did not say \"{text}\" within {Limit}: {Said}");
        }
    }

    /// <summary>Asks it to stop, as an operator's SIGTERM does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<Output> EndAsync()
    {
        await _reading.WaitAsync(Limit);
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return new Output(_process.ExitCode, Said, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _moreLines.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
            _moreLines.Release();
        }
    }
}
