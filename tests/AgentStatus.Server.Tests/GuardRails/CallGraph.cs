using System.Reflection;
using System.Reflection.Emit;

namespace AgentStatus.Server.Tests.GuardRails;

/// <summary>
/// What a method calls, and what that calls, as far as the code is our own: read from the compiled code.
/// </summary>
internal static class CallGraph
{
    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    public static HashSet<MethodBase> From(MethodBase root)
    {
        var found = new HashSet<MethodBase>();
        var open = new Stack<MethodBase>([root]);
        while (open.TryPop(out var method))
        {
            foreach (var call in CallsOf(method))
                if (found.Add(call) && IsOurs(call)) open.Push(call);
        }

        return found;
    }

    private static bool IsOurs(MethodBase method) =>
        method.DeclaringType?.Assembly.GetName().Name?.StartsWith("AgentStatus.", StringComparison.Ordinal) == true;

    private static IEnumerable<MethodBase> CallsOf(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il) yield break;
        for (var at = 0; at < il.Length;)
        {
            var value = il[at] == 0xFE ? 0xFE00 | il[at + 1] : il[at];
            at += value > 0xFF ? 2 : 1;
            var code = OpCodesByValue[value];
            if (code.OperandType == OperandType.InlineMethod)
                yield return Resolve(method, BitConverter.ToInt32(il, at));
            at += OperandBytes(code.OperandType, il, at);
        }
    }

    private static MethodBase Resolve(MethodBase caller, int token) => caller.Module.ResolveMethod(
        token,
        caller.DeclaringType!.GetGenericArguments(),
        caller.IsGenericMethod ? caller.GetGenericArguments() : null)!;

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
