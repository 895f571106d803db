using AgentStatus.Server.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace AgentStatus.Server.Hosting;

/// <summary>How the log is written to the console: a line for each fact, as text or as JSON.</summary>
internal static class LogFormat
{
    private const string Instant = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>As configured; what is wrong with it, the start says.</summary>
    public static bool IsJson(IConfiguration configuration) =>
        nameof(LogForm.Json).Equals(configuration[ServerOptions.LogFormat], StringComparison.OrdinalIgnoreCase);

    public static void Use(ILoggingBuilder logging, bool isJson)
    {
        // Who starts the server may not read what it says: lines are dropped then, and their number is said later.
        // Else whoever says something waits, the writer too.
        logging.Services.Configure<ConsoleLoggerOptions>(
            console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        if (isJson)
        {
            logging.AddJsonConsole(console => (console.TimestampFormat, console.UseUtcTimestamp) = (Instant, true));
            return;
        }

        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = $"{Instant} ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Default;
        });
    }
}
