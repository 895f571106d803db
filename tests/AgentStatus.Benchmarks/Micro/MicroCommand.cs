using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace AgentStatus.Benchmarks.Micro;

/// <summary>The verb `micro`: BenchmarkDotNet. In this process: the projects that its own toolchain would write and
/// restore would inherit this repository's build settings.</summary>
internal static class MicroCommand
{
    private static readonly TimeInterval Iteration = TimeInterval.FromMilliseconds(200);

    public static Command Create()
    {
        var filter = new Option<string[]>("--filter")
        {
            Description = "Only benchmarks whose name fits, e.g. *Handler*",
            AllowMultipleArgumentsPerToken = true,
        };
        var quick = new Option<bool>("--quick") { Description = "One short iteration: shows that everything runs" };
        var command = new Command("micro", "Measures single steps by BenchmarkDotNet: time and bytes allocated")
        {
            filter, quick,
        };
        command.SetAction(parsed =>
        {
            var job =
                parsed.GetValue(quick) ? Job.Dry : Job.Default.WithIterationTime(Iteration).WithMaxIterationCount(20);
            job = job.WithToolchain(InProcessEmitToolchain.Instance);
            var config = DefaultConfig.Instance.AddJob(job).WithArtifactsPath(
                Path.Combine(AppContext.BaseDirectory, "BenchmarkDotNet.Artifacts"));
            var filters = parsed.GetValue(filter) is { Length: > 0 } given ? given : ["*"];
            var summaries =
                BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(["--filter", .. filters], config);
            return summaries.Any() && summaries.All(summary => summary.Reports.All(report => report.Success)) ? 0 : 1;
        });
        return command;
    }
}
