using System.Net.Http.Headers;
using System.Text;
using Google.Api;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Status = Google.Rpc.Status;

namespace AgentStatus.Server.Tests.Http;

/// <summary>Sends a message as the contract's annotations say, and reads the answer as Google's own parser does, which
/// refuses what a message does not have.</summary>
internal static class JsonRequests
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(
        TypeRegistry.FromFiles(AgentStatusService.Descriptor.File, ErrorDetailsReflection.Descriptor)));

    /// <summary>The RPCs that have a path.</summary>
    public static IEnumerable<MethodDescriptor> Methods =>
        AgentStatusService.Descriptor.Methods.Where(method => RuleOf(method) is not null);

    public static HttpRule? RuleOf(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(AnnotationsExtensions.Http);

    /// <summary>The answer, or the error's status.</summary>
    /// <param name="client">For the second endpoint.</param>
    /// <param name="request">The message.</param>
    /// <param name="withProtoNames">Whether fields have the contract's names, or those in lowerCamelCase.</param>
    public static async Task<IMessage> AskAsync(this HttpClient client, IMessage request, bool withProtoNames = false)
    {
        var method = AgentStatusService.Descriptor.Methods.Single(one => one.InputType == request.Descriptor
            && RuleOf(one) is not null);
        using var sent = Message(RuleOf(method)!, request, withProtoNames);
        using var response = await client.SendAsync(sent);
        var text = await response.Content.ReadAsStringAsync();
        try
        {
            return Parser.Parse(text, response.IsSuccessStatusCode ? method.OutputType : Status.Descriptor);
        }
        catch (InvalidProtocolBufferException odd)
        {
            throw new InvalidOperationException($"{sent.RequestUri} {response.StatusCode}: {text}", odd);
        }
    }

    private static HttpRequestMessage Message(HttpRule rule, IMessage request, bool withProtoNames)
    {
        var path = rule.Get.Length > 0 ? rule.Get : rule.Post;
        var rest = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        foreach (var field in request.Descriptor.Fields.InFieldNumberOrder())
        {
            if (!path.Contains($"{{{field.Name}}}")) continue;
            path = path.Replace($"{{{field.Name}}}", $"{field.Accessor.GetValue(request)}");
            field.Accessor.Clear(rest);
        }

        if (rule.Get.Length > 0)
            return new(HttpMethod.Get, $"{path}?{string.Join('&', Query(rest, withProtoNames))}");
        var settings = JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(withProtoNames);
        var content = new StringContent(new JsonFormatter(settings).Format(rest), Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new(HttpMethod.Post, path) { Content = content };
    }

    private static IEnumerable<string> Query(IMessage message, bool withProtoNames)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var name = withProtoNames ? field.Name : field.JsonName;
            var value = field.Accessor.GetValue(message);
            var values = value is System.Collections.IEnumerable several and not string ? several : new[] { value };
            foreach (var one in values)
            {
                var text = Text(field, one);
                if (field.IsRepeated || text is not (null or "" or "0" or "false"))
                    yield return $"{name}={Uri.EscapeDataString(text!)}";
            }
        }
    }

    private static string? Text(FieldDescriptor field, object? value) => value switch
    {
        null => null,
        Timestamp instant => JsonFormatter.ToDiagnosticString(instant).Trim('"'),
        System.Enum number when Convert.ToInt32(number) == 0 => null,
        System.Enum number => field.EnumType.FindValueByNumber(Convert.ToInt32(number))?.Name ?? $"{number:d}",
        bool flag => flag ? "true" : "false",
        _ => $"{value}",
    };
}
