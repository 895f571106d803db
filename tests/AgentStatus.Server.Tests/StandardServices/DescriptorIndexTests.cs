using AgentStatus.Server.StandardServices;
using Google.Api;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace AgentStatus.Server.Tests.StandardServices;

/// <summary>Extensions, which no file of the server has: google.api.http extends MethodOptions.</summary>
public sealed class DescriptorIndexTests
{
    private const string Options = "google.protobuf.MethodOptions";
    private const int Http = 72295728;

    private readonly DescriptorIndex _index = new([], [AnnotationsReflection.Descriptor, StatusReflection.Descriptor]);

    [Fact]
    public void FindFileOfExtension_ByTypeAndNumber_FindsWhereItIsDeclared()
    {
        Assert.Same(AnnotationsReflection.Descriptor, _index.FindFileOfExtension(Options, Http));
        Assert.Same(AnnotationsReflection.Descriptor, _index.FindFileOfSymbol("google.api.http"));
        Assert.Null(_index.FindFileOfExtension(Options, 1));
        Assert.Null(_index.FindFileOfExtension("google.rpc.Status", Http));
    }

    [Fact]
    public void FindExtensionNumbers_OfAMessage_ListsThemOrNone()
    {
        Assert.Equal([Http], _index.FindExtensionNumbers(Options)!);
        Assert.Empty(_index.FindExtensionNumbers("google.rpc.Status")!);
        Assert.Null(_index.FindExtensionNumbers("google.rpc.Nothing"));
        Assert.Null(_index.FindExtensionNumbers("google.api.http"));
    }

    [Fact]
    public void FindFile_OfAnImport_FindsIt()
    {
        Assert.Same(DescriptorReflection.Descriptor, _index.FindFile("google/protobuf/descriptor.proto"));
        Assert.Empty(_index.ServiceNames);
    }
}
