using AgentStatus.Server.Configuration;
using AgentStatus.Server.Grpc;
using Google.Api;
using Google.Protobuf.Reflection;

namespace AgentStatus.Server.Http;

/// <summary>What a request to a path may say, and where: each field in the path, the query or the body. Finds what
/// names no field, is there twice, or is no value of its field.</summary>
internal sealed class RequestFields
{
    private readonly MessageDescriptor _message;

    /// <summary>The fields that stand in the path.</summary>
    private readonly FieldDescriptor[] _ofPath;

    public RequestFields(MessageDescriptor message, HttpRule rule)
    {
        _message = message;
        HasBody = rule.Body.Length > 0;
        var pattern = rule.Get.Length > 0 ? rule.Get : rule.Post;
        _ofPath = [.. message.Fields.InFieldNumberOrder().Where(field => pattern.Contains($"{{{field.Name}}}"))];
    }

    /// <summary>Whether the fields that are not in the path stand in a body, or else in the query.</summary>
    public bool HasBody { get; }

    /// <summary>All faults, in the order in which they stand there.</summary>
    public IReadOnlyList<(string Field, string Description)> FaultsOf(HttpRequest request, ReadOnlySpan<byte> body)
    {
        var faults = new List<(string, string)>();
        foreach (var field in _ofPath)
        {
            if (FieldValues.FaultOf(field, PathText(request, field)) is { } fault) faults.Add((field.Name, fault));
        }

        CheckQuery(request, faults);
        if (!HasBody) return faults;
        var check = new BodyCheck(body, faults, field => _ofPath.Contains(field) ? PathText(request, field) : null);
        check.Check(_message);
        return faults;
    }

    /// <summary>Says that a field has another value in the path.</summary>
    public static string NotInPath(string text) => $"is not the one of the path, {RequestFaults.Quote(text)}";

    private static string PathText(HttpRequest request, FieldDescriptor field) =>
        $"{request.RouteValues[field.Name]}";

    private void CheckQuery(HttpRequest request, List<(string, string)> faults)
    {
        var seen = new HashSet<FieldDescriptor>();
        foreach (var (key, values) in request.Query)
        {
            if (faults.Count >= ServerLimits.NamedFaults) return;
            if (HasBody)
                faults.Add((key, "is in the query; the fields of this request stand in the body"));
            else if (FieldNames.Find(_message, key) is not { } field)
                faults.Add((key, FieldNames.Unknown(_message, key, _ofPath)));
            else if (_ofPath.Contains(field) && values != PathText(request, field))
                faults.Add((field.Name, NotInPath(PathText(request, field))));
            else if (!field.IsRepeated && (!seen.Add(field) || values.Count > 1))
                faults.Add((field.Name, "is there twice"));
            else
                faults.AddRange(values.Select(value => FieldValues.FaultOf(field, value ?? ""))
                    .OfType<string>().Select(fault => (field.Name, fault)));
        }
    }
}
