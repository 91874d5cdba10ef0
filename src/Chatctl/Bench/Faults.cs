using System.Globalization;

namespace Chatctl.Bench;

/// <summary>What a relay did wrong. The numbers count deliveries, unless a member says otherwise.</summary>
internal sealed class Faults
{
    /// <summary>Lines that a receiver never got.</summary>
    public long Lost { get; set; }

    /// <summary>Lines that a receiver got more than once.</summary>
    public long Duplicated { get; set; }

    /// <summary>Lines that a receiver got after a later one of the same sender.</summary>
    public long Reordered { get; set; }

    /// <summary>Pieces between two ends of lines that are not a line that a client sent.</summary>
    public long Torn { get; set; }

    /// <summary>Lines that came back to their sender although the relay should not echo.</summary>
    public long Echoed { get; set; }

    /// <summary>Receivers that saw the lines in another order than the first client. Counts receivers.</summary>
    public long OutOfOrder { get; set; }

    /// <summary>Connections that the relay ended. Counts connections.</summary>
    public long Closed { get; set; }

    /// <summary>Whether the relay delivered nothing for too long while lines were on their way.</summary>
    public bool Stopped { get; set; }

    /// <summary>Whether there are no faults.</summary>
    public bool None => Lost + Duplicated + Reordered + Torn + Echoed + OutOfOrder + Closed == 0 && !Stopped;

    /// <summary>The faults in words, without those whose number is 0. "none" if there are no faults.</summary>
    public override string ToString()
    {
        string[] words =
        [
            .. new (long Count, string What)[]
            {
                (Lost, "lost"), (Duplicated, "duplicated"), (Reordered, "reordered"), (Torn, "torn"), (Echoed, "echoed"),
                (OutOfOrder, "receivers saw another order"), (Closed, "connections closed by the relay"),
            }
            .Where(fault => fault.Count > 0).Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault.Count} {fault.What}")),
            .. Stopped ? ["the relay has stopped answering"] : Array.Empty<string>(),
        ];
        return words.Length == 0 ? "none" : string.Join(", ", words);
    }
}
