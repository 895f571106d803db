using System.Globalization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace AgentStatus.Interop.Tests.Deploy;

/// <summary>What lies in deploy/ is understood by those for whom it is: as far as that is to be seen without
/// them.</summary>
public sealed class ManifestTests
{
    /// <summary>How long a server takes to stop, at most (ServerLimits.Stop), with a second to spare.</summary>
    private const int StopSeconds = 10;

    /// <summary>The user of .NET's images.</summary>
    private const int User = 1654;

    private static string Deploy => Path.Combine(SourceTree.Root, "deploy");

    [Fact]
    public void Kubernetes_manifests_have_no_field_that_there_is_not_and_leave_time_for_a_stop()
    {
        var objects = KubernetesYaml.LoadAllFromString(
            File.ReadAllText(Path.Combine(Deploy, "kubernetes/agentstatus.yaml")), strict: true);
        var set = Assert.Single(objects.OfType<V1StatefulSet>());
        var pod = set.Spec.Template.Spec;
        var server = Assert.Single(pod.Containers);
        var labels = set.Spec.Template.Metadata.Labels;

        Assert.Equal(labels, set.Spec.Selector.MatchLabels);
        Assert.Equal(labels, Assert.Single(objects.OfType<V1PodDisruptionBudget>()).Spec.Selector.MatchLabels);
        Assert.All(objects.OfType<V1Service>(), service => Assert.Equal(labels, service.Spec.Selector));
        Assert.Contains(objects.OfType<V1Service>(), service => service.Name() == set.Spec.ServiceName);
        Assert.True(pod.TerminationGracePeriodSeconds >= StopSeconds + server.Lifecycle.PreStop.Sleep.Seconds);
        Assert.Equal(
            ["/healthz", "/healthz", "/readyz"],
            new[] { server.StartupProbe, server.LivenessProbe, server.ReadinessProbe }.Select(p => p.HttpGet.Path));
        Assert.True(server.SecurityContext.ReadOnlyRootFilesystem);
        Assert.Equal(User, pod.SecurityContext.RunAsUser);
        Assert.All(server.VolumeMounts, mount => Assert.Contains(
            mount.Name,
            pod.Volumes.Select(volume => volume.Name)
                .Concat(set.Spec.VolumeClaimTemplates.Select(claim => claim.Name()))));
    }

    [Fact]
    public void The_compose_file_is_YAML_whose_servers_may_write_nowhere_but_to_their_data()
    {
        var yaml = new YamlStream();
        using (var file = File.OpenText(Path.Combine(Deploy, "compose/compose.yaml"))) yaml.Load(file);
        var root = (YamlMappingNode)yaml.Documents.Single().RootNode;
        var server = root["x-server"];
        Assert.Equal(
            ("true", $"{User}:{User}"), ($"{server["read_only"]}", $"{server["user"]}"));
        Assert.True(Number($"{server["stop_grace_period"]}".TrimEnd('s')) > StopSeconds);
        var volumes = ((YamlMappingNode)root["volumes"]).Children.Keys.Select(name => $"{name}").ToList();
        foreach (var service in ((YamlMappingNode)root["services"]).Children.Values)
            foreach (var volume in (YamlSequenceNode)service["volumes"])
                Assert.True($"{volume}".StartsWith('.') || volumes.Contains($"{volume}".Split(':')[0]), $"{volume}");
        foreach (Match key in Regex.Matches($"{server["environment"]}", "[A-Z][A-Za-z]+__[A-Za-z]+"))
            Assert.Contains($"`{key.Value.Replace("__", ":")}`", Operations());
    }

    [Fact]
    public void Envoy_sends_each_part_to_servers_of_its_own_by_the_header_that_the_client_sets()
    {
        var yaml = new YamlStream();
        using (var file = File.OpenText(Path.Combine(Deploy, "envoy/envoy.yaml"))) yaml.Load(file);
        var resources = yaml.Documents.Single().RootNode["static_resources"];
        var manager = resources["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"];
        var routes = (YamlSequenceNode)manager["route_config"]["virtual_hosts"][0]["routes"];
        var parts = routes.Take(routes.Count() - 1).ToDictionary(
            route => $"{route["match"]["headers"][0]["string_match"]["exact"]}", route => $"{route["route"]["cluster"]}");

        Assert.Equal(Enumerable.Range(1, parts.Count).Select(number => $"{number}/{parts.Count}"), parts.Keys);
        var header = routes.Take(parts.Count).Select(route => $"{route["match"]["headers"][0]["name"]}").Distinct();
        Assert.Contains(
            $"\"{Assert.Single(header)}\"",
            File.ReadAllText(Path.Combine(SourceTree.Root, "clients/AgentStatus.Client/ServerChannels.cs")));
        Assert.NotNull(routes.Last()["direct_response"]);
        var clusters = ((YamlSequenceNode)resources["clusters"]).ToDictionary(cluster => $"{cluster["name"]}");
        Assert.Equal(clusters.Keys, parts.Values);
        var hosts = clusters.Values
            .SelectMany(cluster => (YamlSequenceNode)cluster["load_assignment"]["endpoints"][0]["lb_endpoints"])
            .Select(server => $"{server["endpoint"]["address"]["socket_address"]["address"]}").ToList();
        Assert.Equal(hosts.Distinct(), hosts);
        Assert.All(clusters.Values, cluster => Assert.Equal(
            "agentstatus.v1.AgentStatusService",
            $"{cluster["health_checks"][0]["grpc_health_check"]["service_name"]}"));
    }

    [Fact]
    public async Task Systemd_knows_all_of_the_unit_and_finds_little_that_is_open()
    {
        using var folder = new TempDirectory();
        var unit = folder.File("agentstatus.service");
        var text = await File.ReadAllTextAsync(Path.Combine(Deploy, "systemd/agentstatus.service"));
        await File.WriteAllTextAsync(unit, text.Replace("/opt/agentstatus/AgentStatus.Server", SourceTree.Server));

        var analyze = Tool.SystemdAnalyze();
        var verified = await ChildProcess.RunAsync(analyze, ["verify", unit]);
        Assert.Equal(("", 0), (verified.Errors, verified.ExitCode));
        var said = (await ChildProcess.RunAsync(analyze, ["security", "--offline=true", "--no-pager", unit])).Text;
        var exposure = Regex.Match(said, @"Overall exposure level .*: (\d+\.\d)");
        Assert.True(exposure.Success, said);
        Assert.True(Number(exposure.Groups[1].Value) < 2, exposure.Value);
        Assert.True(Number(Regex.Match(text, "TimeoutStopSec=(\\d+)").Groups[1].Value) > StopSeconds);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Operations() => File.ReadAllText(Path.Combine(SourceTree.Root, "docs/operations.md"));
}
