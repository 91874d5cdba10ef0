namespace Chatctl.Terminal;

/// <summary>A terminal's size in characters.</summary>
/// <param name="Columns">At least 1.</param>
/// <param name="Rows">At least 1.</param>
internal readonly record struct TerminalSize(int Columns, int Rows);
