using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentStatus.Server.Tests.Http;

/// <summary>docs/http.md says what is so: its table is the contract's, and its lines work, with a real curl.</summary>
public sealed partial class HttpDocumentTests : HttpTests
{
    private const string Prefix = "/v1/companies/{company_id}";
    private const string Address = "http://127.0.0.1:5081";

    private static readonly string Text = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/http.md"));

    [Fact]
    public void The_table_has_each_RPC_that_has_a_path()
    {
        var rules =
            from method in JsonRequests.Methods
            let rule = JsonRequests.RuleOf(method)!
            select rule.Get.Length > 0
                ? $"{method.Name} GET {rule.Get[Prefix.Length..]}"
                : $"{method.Name} POST {rule.Post[Prefix.Length..]}";
        Assert.Equal(rules, Rows().Matches(Text).Select(row => $"{row.Groups[1]} {row.Groups[2]} {row.Groups[3]}"));
    }

    [Fact]
    public async Task The_lines_work_in_their_order()
    {
        var rows = Rows().Matches(Text);
        var asked = new HashSet<Match>();
        foreach (var line in Lines().Match(Text).Groups[1].Value.TrimEnd().Split('\n'))
        {
            Assert.StartsWith("curl ", line);
            var here = line.Replace(Address, $"{Server.Http}".TrimEnd('/'));
            var output = await ChildProcess.RunAsync("bash", ["-c", here.Insert(4, " -sS --fail-with-body")]);
            const int goesOn = 28;
            Assert.True(output.ExitCode == (line.Contains("--max-time") ? goesOn : 0), $"{line}: {output}");
            using var answer = JsonDocument.Parse(output.Text.Split('\n')[0]);
            Assert.False(answer.RootElement.TryGetProperty("code", out _), line);
            asked.Add(Assert.Single(rows, row => IsFor(row, line)));
        }

        Assert.Equal(rows.Count, asked.Count);
    }

    private static bool IsFor(Match row, string line)
    {
        var path = Regex.Escape($"{Prefix}{row.Groups[3]}").Replace("\\{", "{");
        return line.Contains(" -d ") == (row.Groups[2].Value == "POST")
            && Regex.IsMatch(line, $"{Address}{Field().Replace(path, "[0-9]+")}([?'].*)?$");
    }

    [GeneratedRegex(@"^\| (\w+) \| (GET|POST) \| `(\S+)` \|$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Lines();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Field();
}
