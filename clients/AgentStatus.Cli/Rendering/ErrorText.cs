using Grpc.Core;

namespace AgentStatus.Cli.Rendering;

/// <summary>What stderr says when a command fails.</summary>
internal static class ErrorText
{
    /// <summary>One line with the status code, then one a field at fault. Who cannot be reached is named.</summary>
    public static IEnumerable<string> Lines(Exception e, Uri? endpoint) => e switch
    {
        RpcException rpc => rpc.GetFieldViolations()
            .Select(fault => $"  {fault.Field}: {fault.Description}")
            .Prepend($"agentstatus: {EnumWord.Screaming(rpc.StatusCode)}: {OneLine(rpc.Status.Detail)}"
                + (rpc.StatusCode == StatusCode.Unavailable ? $" ({endpoint})" : "")),
        OperationCanceledException => ["agentstatus: cancelled"],
        _ => [$"agentstatus: {e.Message}"],
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
