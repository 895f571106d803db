using Spectre.Console;

namespace AgentStatus.Cli;

/// <summary>Where a command writes to, and whose clock says "now".</summary>
internal sealed record Terminal(IAnsiConsole Out, TextWriter Error, TimeProvider Clock);
