using System.Reflection;
using System.Text.RegularExpressions;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>The tables of docs/security.md name limits and tests that there are.</summary>
public sealed partial class SecurityDocumentTests
{
    private const BindingFlags All =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly string[] Document = File.ReadAllLines(Path.Combine(SourceTree.Root, "docs/security.md"));

    /// <summary>Rows of limits: what, its default, why, and its tests.</summary>
    private static readonly string[][] Limits = [.. Rows("| limit |").Where(row => row.Length == 4)];

    private static readonly string[][] Attacks = [.. Rows("| attack |").Where(row => row.Length == 3)];

    [Fact]
    public void Each_limit_and_each_attack_has_tests_that_there_are()
    {
        var tests = Directory.EnumerateFiles(
            Path.Combine(SourceTree.Root, "tests"), "*Tests*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(path).Split('.')[0]).ToHashSet();
        Assert.NotEmpty(Limits);
        Assert.NotEmpty(Attacks);
        Assert.All(Limits.Concat(Attacks), row =>
        {
            Assert.NotEmpty(Quoted(row[^1]));
            Assert.All(Quoted(row[^1]), test => Assert.Contains(test, tests));
        });
    }

    [Fact]
    public void Each_limit_is_one_that_there_is()
    {
        var names = new[] { typeof(ServerLimits), typeof(Core.Limits), typeof(IStatusStore) }
            .SelectMany(type => type.Assembly.GetTypes())
            .SelectMany(type => type.GetMembers(All).Select(member => member.Name).Append(type.Name))
            .Concat(OptionFaults.Settings().Select(setting => setting.Key)).ToHashSet();
        Assert.All(Limits, row => Assert.All(
            InParentheses().Matches(row[0]).SelectMany(match => Quoted(match.Value)),
            name => Assert.Contains(name.Contains(':') ? name : name.Split('.')[^1], names)));
    }

    private static IEnumerable<string[]> Rows(string head) => Document
        .SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal)).Skip(2)
        .TakeWhile(line => line.StartsWith('|')).Select(line => line.Trim('|', ' ').Split(" | "));

    private static IEnumerable<string> Quoted(string cell) =>
        Backticks().Matches(cell).Select(match => match.Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Backticks();

    [GeneratedRegex(@"\([^()]*\)")]
    private static partial Regex InParentheses();
}
