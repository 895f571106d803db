namespace AgentStatus.Cli;

/// <summary>Where a command writes to, and whose clock says "now".</summary>
internal sealed record Terminal(IAnsiConsole Out, TextWriter Error, TimeProvider Clock)
{
    // Wide enough for every table where no terminal says how wide it is.
    private const int RedirectedWidth = 200;

    /// <summary>The process's own: plain text if redirected or if NO_COLOR is set (no-color.org).</summary>
    public static Terminal OfProcess()
    {
        var noColour = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = Console.IsOutputRedirected ? Redirected(Console.Out)
            : noColour ? AnsiConsole.Create(Plain(Console.Out))
            : AnsiConsole.Console;
        return new Terminal(console, Console.Error, TimeProvider.System);
    }

    /// <summary>A console that writes plain text, without escape sequences.</summary>
    public static IAnsiConsole Redirected(TextWriter writer)
    {
        var console = AnsiConsole.Create(Plain(writer));
        console.Profile.Width = RedirectedWidth;
        return console;
    }

    private static AnsiConsoleSettings Plain(TextWriter writer) => new()
    {
        Ansi = AnsiSupport.No,
        ColorSystem = ColorSystemSupport.NoColors,
        Out = new AnsiConsoleOutput(writer),
    };
}
