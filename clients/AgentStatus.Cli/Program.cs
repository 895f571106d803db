using AgentStatus.Cli;
using Spectre.Console;

// Wide enough for every table where no terminal says how wide it is.
const int RedirectedWidth = 120;

var console = AnsiConsole.Console;
if (Console.IsOutputRedirected)
    console.Profile.Width = RedirectedWidth;

return await new CommandLine(new Terminal(console, Console.Error, TimeProvider.System)).RunAsync(args);
