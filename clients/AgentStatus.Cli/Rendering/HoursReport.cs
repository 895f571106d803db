using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentStatus.Cli.Rendering;

/// <summary>A version of a company's business hours as JSON, and the faults of its settings.</summary>
internal static class HoursReport
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IAnsiConsole console, GetCompanyHoursResponse hours)
    {
        // As they are: a console would break long lines in the middle of a text.
        var lines = console.Profile.Out.Writer;
        if (hours.HoursJson.Length == 0) lines.WriteLine("No business hours were ever good.");
        else
        {
            lines.WriteLine($"In force since {InstantText.Utc(hours.InForceSince)}");
            using var json = JsonDocument.Parse(hours.HoursJson);
            lines.WriteLine(JsonSerializer.Serialize(json.RootElement, Indented));
        }

        if (hours.Faults.Count > 0) lines.WriteLine("What is wrong with the settings as they were fetched last:");
        foreach (var fault in hours.Faults)
        {
            var field = fault.Field.Length == 0 ? "" : $"{fault.Field}: ";
            lines.WriteLine($"  {field}{fault.Description}");
        }
    }
}
