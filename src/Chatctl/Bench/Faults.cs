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

    /// <summary>
    /// Lines and acks with a wrong number: not the one that others saw, not larger than the one before, or with numbers left out that are not
    /// those of own lines.
    /// </summary>
    public long Misnumbered { get; set; }

    /// <summary>Lines that sessions got with a wrong sender.</summary>
    public long Misattributed { get; set; }

    /// <summary>Lines of sessions that got no ack. Counts lines.</summary>
    public long Unacknowledged { get; set; }

    /// <summary>Resumes that the server did not accept, and errors that it sent. Counts answers.</summary>
    public long Refused { get; set; }

    /// <summary>Connections that the relay ended. Counts connections.</summary>
    public long Closed { get; set; }

    /// <summary>Whether the relay delivered nothing for too long while lines were on their way.</summary>
    public bool Stopped { get; set; }

    /// <summary>Whether there are no faults.</summary>
    public bool None => Lost + Duplicated + Reordered + Torn + Echoed + OutOfOrder + Closed + Misnumbered + Misattributed + Unacknowledged + Refused == 0 && !Stopped;

    /// <summary>The faults in words, without those whose number is 0. "none" if there are no faults.</summary>
    public override string ToString()
    {
        string[] words =
        [
            .. new (long Count, string What)[]
            {
                (Lost, "lost"), (Duplicated, "duplicated"), (Reordered, "reordered"), (Torn, "torn"), (Echoed, "echoed"),
                (OutOfOrder, "receivers saw another order"), (Closed, "connections closed by the relay"),
                (Misnumbered, "wrong numbers"), (Misattributed, "with a wrong sender"), (Unacknowledged, "not acknowledged"), (Refused, "refused"),
            }
            .Where(fault => fault.Count > 0).Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault.Count} {fault.What}")),
            .. Stopped ? ["the relay has stopped answering"] : Array.Empty<string>(),
        ];
        return words.Length == 0 ? "none" : string.Join(", ", words);
    }
}
