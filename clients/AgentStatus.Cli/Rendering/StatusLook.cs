namespace AgentStatus.Cli.Rendering;

/// <summary>How a status, or time that is none, looks in a table and in a bar. Every glyph is its own, so that a bar
/// can be read without colours.</summary>
internal sealed record StatusLook(string Name, char Glyph, string Colour)
{
    public static readonly StatusLook OutsideHours = new("Outside hours", '·', "grey");
    public static readonly StatusLook Unknown = new("Unknown", '?', "grey");

    private static readonly Dictionary<Status, StatusLook> Looks = new()
    {
        [Status.Online] = new("Online", '█', "green"),
        [Status.Idle] = new("Idle", '▓', "olive"),
        [Status.OnCall] = new("On call", '■', "blue"),
        [Status.WrapUp] = new("Wrap-up", '▪', "aqua"),
        [Status.Busy] = new("Busy", '▒', "red"),
        [Status.Away] = new("Away", '◊', "yellow"),
        [Status.Offline] = new("Offline", '░', "silver"),
        [Status.Left] = new("Left", 'x', "grey"),
    };

    /// <summary>Unspecified, and a status that this client does not know yet, is unknown.</summary>
    public static StatusLook Of(Status status) => Looks.GetValueOrDefault(status, Unknown);

    /// <summary>The status's name in its colour.</summary>
    public static string Markup(Status status) => Of(status) is var look ? look.Paint(look.Name) : "";

    /// <summary>The same with the company's own name for it, if there is one: Away (Lunch).</summary>
    public static string Markup(Status status, string label) =>
        label.Length == 0 ? Markup(status) : $"{Markup(status)} ({label.EscapeMarkup()})";

    /// <summary>A stretch of a bar.</summary>
    public string Bar(int cells) => Paint(new string(Glyph, cells));

    /// <summary>Text in this look's colour, as markup.</summary>
    public string Paint(string text) => text.Length == 0 ? "" : $"[{Colour}]{text.EscapeMarkup()}[/]";
}
