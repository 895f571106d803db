namespace AgentStatus.Core.Breakdowns;

/// <summary>Which statuses count inside business hours only. The numbers are those of the contract.</summary>
public enum HoursClip
{
    OfflineOnly = 1,
    AllStatuses = 2,
    None = 3,
}
