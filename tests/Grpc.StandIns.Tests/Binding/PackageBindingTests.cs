using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using Grpc.Net.Compression;

namespace Grpc.StandIns.Tests;

/// <summary>
/// The two real packages find everything in the stand-ins that they were compiled against. A member that is missing
/// would otherwise fail only when, and if, the code that uses it runs.
/// </summary>
public sealed class PackageBindingTests
{
    private const string PublicKeyToken = "d754f35622e28bad";

    // More type arguments than any generic in the packages has, so that open signatures can be resolved.
    private static readonly Type[] TypeArguments = [.. Enumerable.Repeat(typeof(object), 8)];

    private static readonly Assembly[] StandIns =
        [typeof(Core.Metadata).Assembly, typeof(ICompressionProvider).Assembly];

    [Theory]
    [InlineData("Grpc.AspNetCore.Server", 95)]
    [InlineData("Grpc.Net.Client", 80)]
    public void Every_member_that_a_package_references_resolves_and_is_accessible(string package, int atLeast)
    {
        var assembly = Assembly.Load(package);
        var references = ReferencedMembers(assembly).ToArray();

        Assert.All(references, reference =>
        {
            var member = assembly.ManifestModule.ResolveMember(reference.Token, TypeArguments, TypeArguments)!;
            Assert.True(IsAccessible(member, package), $"{reference.Name} is not accessible");
        });
        Assert.True(references.Length >= atLeast, $"only {references.Length} references were found");
    }

    [Theory]
    [InlineData("Grpc.AspNetCore.Server")]
    [InlineData("Grpc.Net.Client")]
    public void Every_override_in_a_package_finds_the_member_that_it_overrides(string package)
    {
        // GetTypes fails by itself where an abstract or interface member is left unimplemented.
        var orphans =
            from type in Assembly.Load(package).GetTypes()
            from method in type.GetMethods(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            where method.IsVirtual
                && !method.Attributes.HasFlag(MethodAttributes.NewSlot)
                && method.GetBaseDefinition().DeclaringType == type
            select $"{type}.{method.Name}";

        Assert.Empty(orphans);
    }

    [Fact]
    public void The_stand_ins_have_the_identity_that_the_packages_reference()
    {
        var packages = new[] { Assembly.Load("Grpc.AspNetCore.Server"), Assembly.Load("Grpc.Net.Client") };
        foreach (var standIn in StandIns.Select(assembly => assembly.GetName()))
        {
            Assert.Equal(PublicKeyToken, Convert.ToHexStringLower(standIn.GetPublicKeyToken()!));
            Assert.All(packages, package =>
            {
                Assert.Equal(package.GetName().GetPublicKey(), standIn.GetPublicKey());
                var reference = package.GetReferencedAssemblies().Single(name => name.Name == standIn.Name);
                Assert.Equal(reference.FullName, standIn.FullName);
            });
        }
    }

    private static IEnumerable<(int Token, string Name)> ReferencedMembers(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.TypeReferences)
        {
            var type = metadata.GetTypeReference(handle);
            if (IsInStandIn(metadata, handle))
                yield return (MetadataTokens.GetToken(handle), metadata.GetString(type.Name));
        }

        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (IsInStandIn(metadata, member.Parent))
                yield return (MetadataTokens.GetToken(handle), metadata.GetString(member.Name));
        }
    }

    private static bool IsInStandIn(MetadataReader metadata, EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeReference =>
            IsInStandIn(metadata, metadata.GetTypeReference((TypeReferenceHandle)handle).ResolutionScope),
        HandleKind.TypeSpecification =>
            IsInStandIn(metadata, GenericDefinition(metadata, (TypeSpecificationHandle)handle)),
        HandleKind.AssemblyReference =>
            StandIns.Any(standIn => metadata.StringComparer.Equals(
                metadata.GetAssemblyReference((AssemblyReferenceHandle)handle).Name, standIn.GetName().Name!)),
        _ => false,
    };

    // ECMA-335, II.23.2.14: GENERICINST, then CLASS or VALUETYPE, then the type that is instantiated.
    private static EntityHandle GenericDefinition(MetadataReader metadata, TypeSpecificationHandle handle)
    {
        var signature = metadata.GetBlobReader(metadata.GetTypeSpecification(handle).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            return default;

        signature.ReadCompressedInteger();
        return signature.ReadTypeHandle();
    }

    private static bool IsAccessible(MemberInfo member, string package) => member switch
    {
        Type type => type.IsVisible,
        MethodBase { IsAssembly: true } => IsFriend(member.Module.Assembly, package),
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic,
        _ => false,
    };

    private static bool IsFriend(Assembly standIn, string package) => standIn
        .GetCustomAttributes<InternalsVisibleToAttribute>()
        .Any(friend => friend.AssemblyName.StartsWith($"{package}, PublicKey=", StringComparison.Ordinal));
}
