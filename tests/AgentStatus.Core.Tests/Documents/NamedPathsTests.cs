using System.Text.RegularExpressions;

namespace AgentStatus.Core.Tests.Documents;

/// <summary>Documents and comments grow old without a sound: the paths and headings that they name must
/// exist.</summary>
public sealed partial class NamedPathsTests
{
    private const string Rules = "docs/rules.md";

    private const string MadeByTheServer = "data/agentstatus.db";

    /// <summary>ARCHITECTURE.md is read in one sitting, in bytes.</summary>
    private const int ArchitectureBytes = 8 * 1024;

    /// <summary>From an RPC's method to its answer; the store and Core are one each.</summary>
    private const int WaySteps = 5;

    /// <summary>Where comments stand.</summary>
    private static readonly string[] Sources = ["src", "clients", "protos"];

    private static readonly string[] SourceEndings = [".cs", ".proto", ".csproj", ".py", ".mjs"];

    private static readonly string[] Built = ["bin", "obj", "node_modules"];

    /// <summary>Below which folders the documents' and comments' paths begin; each project is one, too.</summary>
    private static readonly string[] Folders = ["", "src", "tests", "clients"];

    private static readonly string[] Endings = ["", ".cs", ".proto"];

    private static readonly string Repository = FindRepository();

    private static readonly string[] Roots =
    [
        .. Folders,
        .. Directory.GetDirectories(Path.Combine(Repository, "src")).Select(Relative),
        .. Directory.GetDirectories(Path.Combine(Repository, "clients")).Select(Relative),
    ];

    public static TheoryData<string> Documents =>
    [
        .. Directory.GetFiles(Repository, "*.md").Select(Relative),
        .. FilesBelow(["docs", .. Sources]).Where(file => file.EndsWith(".md", StringComparison.Ordinal)),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_path_that_a_document_names_exists(string document)
    {
        var text = File.ReadAllText(Path.Combine(Repository, document));
        foreach (var path in Named(InBackticks(), text).Where(path => path != MadeByTheServer))
            Assert.True(Exists(path), $"{document} names {path}.");

        var folder = Path.GetDirectoryName(Path.Combine(Repository, document))!;
        foreach (var link in Named(Links(), text))
            Assert.True(Path.Exists(Path.Combine(folder, link)), $"{document} links to {link}.");
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("ARCHITECTURE.md")]
    public void The_first_documents_lead_further(string document)
    {
        var text = File.ReadAllText(Path.Combine(Repository, document));
        Assert.True(Named(InBackticks(), text).Concat(Named(Links(), text)).Count() > 5, $"{document} names paths.");
    }

    [Fact]
    public void Each_way_of_a_request_is_read_in_at_most_five_files()
    {
        var ways = File.ReadLines(Path.Combine(Repository, "ARCHITECTURE.md"))
            .SkipWhile(line => line != "## The ways").Skip(1).TakeWhile(line => !line.StartsWith('#'))
            .Where(line => line.StartsWith("- **", StringComparison.Ordinal)).ToList();
        Assert.Contains(ways, way => way.Contains("**RecordStatus**", StringComparison.Ordinal));
        Assert.All(ways, way => Assert.InRange(Arrows().Count(way), 1, WaySteps - 1));
    }

    [Fact]
    public void Every_path_that_a_comment_names_exists()
    {
        var named = Comments()
            .SelectMany(comment => Named(InComment(), comment.Text).Select(path => (comment.File, path))).ToHashSet();
        Assert.Contains(named, name => name.path == Rules);
        Assert.All(named, name => Assert.True(Exists(name.path), $"{name.File} names {name.path}."));
    }

    [Fact]
    public void Every_heading_of_the_rules_that_a_comment_names_exists()
    {
        var headings = File.ReadLines(Path.Combine(Repository, Rules))
            .Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]).ToList();
        var named = Comments().SelectMany(comment => Headings().Matches(comment.Text)
            .Select(match => (comment.File, Heading: match.Groups[1].Value))).ToList();
        Assert.True(named.Count > 5, "Comments name rules.");
        Assert.All(named, name => Assert.True(
            headings.Exists(heading => name.Heading.StartsWith(heading, StringComparison.Ordinal)),
            $"{name.File} names the rule \"{name.Heading}\"."));
    }

    [Fact]
    public void The_architecture_is_short() =>
        Assert.InRange(new FileInfo(Path.Combine(Repository, "ARCHITECTURE.md")).Length, 1, ArchitectureBytes);

    private static IEnumerable<(string File, string Text)> Comments() =>
        from file in FilesBelow(Sources)
        where SourceEndings.Contains(Path.GetExtension(file))
        from line in File.ReadLines(Path.Combine(Repository, file))
        let comment = Comment().Match(line)
        where comment.Success
        select (file, comment.Value);

    private static IEnumerable<string> FilesBelow(IEnumerable<string> folders) =>
        from folder in folders
        from path in Directory.EnumerateFiles(Path.Combine(Repository, folder), "*", SearchOption.AllDirectories)
        let file = Relative(path)
        where !file.Split('/').Intersect(Built).Any()
        select file;

    /// <summary>The paths in a text, each once; a sentence's full stop does not belong to one.</summary>
    private static IEnumerable<string> Named(Regex paths, string text) =>
        paths.Matches(text).Select(match => match.Groups[1].Value.TrimEnd('.')).Distinct();

    private static bool Exists(string path) => Roots.Any(root => Endings.Any(ending =>
        Path.Exists(Path.Join(Repository, root, path + ending))));

    private static string Relative(string path) => Path.GetRelativePath(Repository, path).Replace('\\', '/');

    /// <summary>Up from here, since builds may not say where the source is.</summary>
    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AgentStatus.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }

    /// <summary>A gRPC method, which begins with its package, is none.</summary>
    [GeneratedRegex(@"`(?!agentstatus\.v1\.)([A-Za-z][\w.\-]*(?:/[\w.\-]+)+/?)`")]
    private static partial Regex InBackticks();

    [GeneratedRegex(@"\]\(([^)#:]+)(?:#[^)]*)?\)")]
    private static partial Regex Links();

    /// <summary>What follows the sign of a comment: that of C# and protos, of XML, or of Python.</summary>
    [GeneratedRegex(@"(?:(?<!:)//|<!--|^\s*#).*")]
    private static partial Regex Comment();

    /// <summary>A path from one of the repository's folders on, or one to a file of ours.</summary>
    [GeneratedRegex(
        @"(?<![\w/.:\-])((?:src|tests|docs|protos|clients)/[\w.\-/]+"
        + @"|[\w.\-]+(?:/[\w.\-]+)*/[\w\-]+\.(?:cs|md|proto))")]
    private static partial Regex InComment();

    [GeneratedRegex("->|<-")]
    private static partial Regex Arrows();

    [GeneratedRegex(@"docs/rules\.md, ([A-Z][a-z ]+)")]
    private static partial Regex Headings();
}
