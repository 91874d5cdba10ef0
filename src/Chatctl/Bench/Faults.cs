using System.Globalization;

namespace Chatctl.Bench;

/// <summary>What a relay has done wrong, in deliveries if nothing else is said. All zero: nothing.</summary>
internal sealed class Faults
{
    /// <summary>Lines that a receiver never got.</summary>
    public long Lost { get; set; }

    /// <summary>Lines that a receiver got again.</summary>
    public long Duplicated { get; set; }

    /// <summary>Lines that a receiver got after a later one of the same sender.</summary>
    public long Reordered { get; set; }

    /// <summary>Pieces between two ends of line that are not a line that was sent.</summary>
    public long Torn { get; set; }

    /// <summary>Lines that came back to their sender though the relay is not said to echo.</summary>
    public long Echoed { get; set; }

    /// <summary>Receivers that have seen all lines in another order than the first client has.</summary>
    public long OutOfOrder { get; set; }

    /// <summary>Connections that the relay has ended.</summary>
    public long Closed { get; set; }

    /// <summary>Whether the relay has gone silent while lines were on their way.</summary>
    public bool Stopped { get; set; }

    /// <summary>Whether there is nothing to complain about.</summary>
    public bool None => Lost + Duplicated + Reordered + Torn + Echoed + OutOfOrder + Closed == 0 && !Stopped;

    /// <summary>In words, without those that are not there; "none" if none is.</summary>
    public override string ToString()
    {
        string[] words =
        [
            .. new (long Count, string What)[]
            {
                (Lost, "lost"), (Duplicated, "duplicated"), (Reordered, "reordered"), (Torn, "torn"), (Echoed, "echoed"),
                (OutOfOrder, "receivers in another order"), (Closed, "connections closed by the relay"),
            }
            .Where(fault => fault.Count > 0).Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault.Count} {fault.What}")),
            .. Stopped ? ["the relay has stopped answering"] : Array.Empty<string>(),
        ];
        return words.Length == 0 ? "none" : string.Join(", ", words);
    }
}
