using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace AgentStatus.Core.Timelines;

/// <summary>What a timeline needs of an event.</summary>
/// <param name="CallId">0: the unnamed call.</param>
/// <param name="DeviceKey">Of <see cref="KeyOf"/>; 0: the unnamed device.</param>
/// <param name="Label">The label's number in the company; 0: none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TimelineEvent(
    long OccurredAtMs, Status Status, Origin Origin, long CallId = 0, long DeviceKey = 0, ushort Label = 0)
{
    /// <param name="label">The number of the event's label.</param>
    public static TimelineEvent Of(StatusEvent e, ushort label = 0) =>
        new(e.OccurredAtMs, e.Status, e.Origin, e.CallId, KeyOf(e.DeviceId), label);

    /// <summary>A number for a device, in this process alone: a hash with the process's secrets (see
    /// <see cref="IdHash"/>). Two of an agent's 16 devices share one with a probability of 1 : 10^16.</summary>
    public static long KeyOf(string deviceId)
    {
        if (deviceId.Length == 0) return 0;
        Span<byte> ascii = stackalloc byte[Limits.DeviceIdCharacters];
        return KeyOf(ascii[..Encoding.ASCII.GetBytes(deviceId, ascii)]);
    }

    /// <inheritdoc cref="KeyOf(string)"/>
    public static long KeyOf(ReadOnlySpan<byte> deviceId)
    {
        if (deviceId.Length == 0) return 0;
        Span<byte> bytes = stackalloc byte[Limits.DeviceIdCharacters + sizeof(long)];
        bytes.Clear();
        deviceId.CopyTo(bytes);
        var hash = (ulong)deviceId.Length;
        for (var at = 0; at < deviceId.Length; at += sizeof(long))
            hash = IdHash.Of(BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]), (long)hash);

        // The top bits, so that a mark has room for the device's status; never that of the unnamed device.
        return (long)((hash >> DeviceMark.StatusBits) | 1);
    }
}
