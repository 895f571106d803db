using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AgentStatus.TestKit;

/// <summary>Keeps what is logged: the text of each line, by level.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    /// <summary>Errors and worse.</summary>
    public IEnumerable<string> Errors => _lines.Where(line => line.Level >= LogLevel.Error).Select(line => line.Text);

    public IEnumerable<string> Warnings => At(LogLevel.Warning);

    public IEnumerable<string> Notes => At(LogLevel.Information);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, $"{formatter(state, exception)}{exception}"));

    public void Dispose()
    {
    }

    private IEnumerable<string> At(LogLevel level) =>
        _lines.Where(line => line.Level == level).Select(line => line.Text);
}
