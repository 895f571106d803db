using System.Reflection;
using System.Reflection.Emit;

namespace AgentStatus.Server.Tests.GuardRails;

/// <summary>What our own code calls and uses, read from what the compiler made of it.</summary>
internal static class CompiledCode
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly OperandType[] Members =
        [OperandType.InlineMethod, OperandType.InlineField, OperandType.InlineType, OperandType.InlineTok];

    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>What a method calls, and what that calls, as far as the code is our own.</summary>
    public static HashSet<MethodBase> CallsFrom(MethodBase root)
    {
        var found = new HashSet<MethodBase>();
        var open = new Stack<MethodBase>([root]);
        while (open.TryPop(out var method))
        {
            foreach (var call in MembersIn(method).OfType<MethodBase>())
                if (found.Add(call) && IsOurs(call)) open.Push(call);
        }

        return found;
    }

    /// <summary>The types that a type's declaration and its code name.</summary>
    public static HashSet<Type> UsesOf(Type type)
    {
        var members = type.GetMembers(Declared);
        var methods = members.OfType<MethodBase>();
        return
        [
            .. ((Type?[])[type.BaseType, .. type.GetInterfaces()])
                .Concat(members.Concat(methods.SelectMany(MembersIn)).SelectMany(TypesOf))
                .SelectMany(Parts),
        ];
    }

    private static bool IsOurs(MethodBase method) =>
        method.DeclaringType?.Assembly.GetName().Name?.StartsWith("AgentStatus.", StringComparison.Ordinal) == true;

    private static IEnumerable<Type?> TypesOf(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType, field.FieldType],
        MethodInfo method => [.. Signature(method), method.ReturnType, .. method.GetGenericArguments()],
        MethodBase method => Signature(method),
        _ => [],
    };

    private static IEnumerable<Type?> Signature(MethodBase method) =>
        [method.DeclaringType, .. method.GetParameters().Select(parameter => parameter.ParameterType)];

    /// <summary>A type, and those that it is made of.</summary>
    private static IEnumerable<Type> Parts(Type? type) => type switch
    {
        null => [],
        { HasElementType: true } => Parts(type.GetElementType()),
        { IsGenericType: true } => [type, .. type.GetGenericArguments().SelectMany(Parts)],
        _ => [type],
    };

    private static IEnumerable<MemberInfo> MembersIn(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il) yield break;
        for (var at = 0; at < il.Length;)
        {
            var value = il[at] == 0xFE ? 0xFE00 | il[at + 1] : il[at];
            at += value > 0xFF ? 2 : 1;
            var type = OpCodesByValue[value].OperandType;
            if (Members.Contains(type)) yield return Resolve(method, BitConverter.ToInt32(il, at));
            at += OperandBytes(type, il, at);
        }
    }

    private static MemberInfo Resolve(MethodBase user, int token) => user.Module.ResolveMember(
        token,
        user.DeclaringType!.GetGenericArguments(),
        user.IsGenericMethod ? user.GetGenericArguments() : null)!;

    private static int OperandBytes(OperandType type, byte[] il, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
        _ => 4,
    };
}
