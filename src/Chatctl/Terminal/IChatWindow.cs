namespace Chatctl.Terminal;

/// <summary>Where a chat is shown. Thread-safe.</summary>
internal interface IChatWindow
{
    /// <summary>The width.</summary>
    int Columns { get; }

    /// <summary>Whether an entered line disappears until the chat shows it. Elsewhere the system has shown it.</summary>
    bool HidesEntered { get; }

    /// <summary>Shows lines below those that were shown before, and below everything what waits for the server.</summary>
    /// <param name="lines">Whole lines that are safe for a terminal, perhaps with styles; none if it is empty.</param>
    /// <param name="waiting">Safe for a terminal, without styles and ends. It replaces what waited before.</param>
    void Show(string lines, IReadOnlyList<string> waiting);
}
