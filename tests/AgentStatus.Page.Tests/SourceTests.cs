using System.Text.RegularExpressions;

namespace AgentStatus.Page.Tests;

/// <summary>The page is read as it is served: nothing makes it smaller later.</summary>
public sealed partial class SourceTests
{
    private const int MostBytes = 60 * 1024;

    private static readonly string[] Files = Directory.GetFiles(
        Path.Combine(SourceTree.Root, "src/AgentStatus.Server/wwwroot"), "*", SearchOption.AllDirectories);

    [Fact]
    public void The_page_has_at_most_60_KB_of_source() =>
        Assert.InRange(Files.Sum(file => new FileInfo(file).Length), 1, MostBytes);

    [Fact]
    public void Lines_have_at_most_120_characters() =>
        Assert.DoesNotContain(Files.SelectMany(File.ReadLines), line => line.Length > 120);

    [Fact]
    public void All_that_a_module_exports_is_imported_somewhere()
    {
        var modules = Files.Where(file => file.EndsWith(".js", StringComparison.Ordinal));
        var sources = modules.ToDictionary(file => file, File.ReadAllText);
        foreach (var (file, source) in sources)
            foreach (Match exported in Exported().Matches(source))
            {
                var name = exported.Groups[1].Value;
                // Views are imported whole.
                if (name is "fields" or "show") continue;
                Assert.Contains(
                    sources, other => other.Key != file && Regex.IsMatch(other.Value, $@"import \{{[^}}]*\b{name}\b"));
            }
    }

    [GeneratedRegex(@"^export (?:async )?(?:const|class|function\*?) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Exported();
}
