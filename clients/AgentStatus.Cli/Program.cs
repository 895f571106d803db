using AgentStatus.Cli;

return await new CommandLine(Terminal.OfProcess()).RunAsync(args);
