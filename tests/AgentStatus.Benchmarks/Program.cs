using System.CommandLine;
using AgentStatus.Benchmarks;
using AgentStatus.Benchmarks.Empty;
using AgentStatus.Benchmarks.Micro;
using AgentStatus.Benchmarks.Processes;
using AgentStatus.Benchmarks.Scaling;

if (args is [EmptyServer.Verb, .. var settings]) return EmptyServer.Run(settings);
if (args is [ServersTogether.Verb, .. var servers]) return ServersTogether.Run(servers);

var root = new RootCommand("Measures AgentStatus against what people would use instead.")
{
    CompareCommand.Create(),
    MicroCommand.Create(),
    SimulateCommand.Create(),
};
return root.Parse(args).Invoke();
