using AgentStatus.V1;
using Google.Protobuf.Reflection;
using Grpc.Health.V1;
using AlphaReflection = Grpc.Reflection.V1Alpha.ServerReflection;
using Reflection = Grpc.Reflection.V1.ServerReflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace AgentStatus.Server.Access;

/// <summary>What each RPC needs: the contract's option `access`. An RPC that does not say it is refused when the server
/// starts.</summary>
internal static class AccessRules
{
    private static readonly Dictionary<string, MethodDescriptor> Ours =
        ((ServiceDescriptor[])[AgentStatusService.Descriptor, AdminService.Descriptor])
            .SelectMany(service => service.Methods).ToDictionary(NameOf);

    /// <summary>They tell nothing of a company, and who balances load has no credentials.</summary>
    private static readonly HashSet<string> Open = [.. Health.Descriptor.Methods.Select(NameOf)];

    /// <summary>They tell the contract, to whoever may ask anything.</summary>
    private static readonly HashSet<string> Identified =
        [.. Reflection.Descriptor.Methods.Concat(AlphaReflection.Descriptor.Methods).Select(NameOf)];

    /// <summary>The RPC's path.</summary>
    public static string NameOf(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";

    /// <summary>Whether everybody may ask, without credentials.</summary>
    public static bool IsOpen(string rpc) => Open.Contains(rpc);

    /// <summary>The permission that an RPC needs, and the property of its requests that names the company; null: it
    /// needs an identity alone.</summary>
    /// <exception cref="InvalidOperationException">Its proto does not say it.</exception>
    public static (Permission Permission, string? CompanyProperty)? Find(string rpc)
    {
        if (Identified.Contains(rpc)) return null;
        if (!Ours.TryGetValue(rpc, out var method)
            || method.GetOptions()?.GetExtension(AccessExtensions.Access) is not { Permission: > 0 } rule)
            throw new InvalidOperationException($"The proto of {rpc} does not say which permission it needs.");
        if (rule.CompanyField.Length == 0) return (rule.Permission, null);
        var field = method.InputType.FindFieldByName(rule.CompanyField);
        return field is { FieldType: FieldType.Int64, IsRepeated: false }
            ? (rule.Permission, field.PropertyName)
            : throw new InvalidOperationException($"{rule.CompanyField} is no company in the requests of {rpc}.");
    }
}
