using System.Text;

namespace Chatctl.Terminal;

/// <summary>A terminal without a line editor as the place of a chat. The system has shown what was entered, so nothing waits here.</summary>
/// <param name="terminal">The terminal. It is not disposed.</param>
internal sealed class PlainWindow(Stream terminal) : IChatWindow
{
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public int Columns => OperatingSystem.IsLinux() ? TerminalMode.Size.Columns : 80;

    /// <inheritdoc/>
    public bool HidesEntered => false;

    /// <inheritdoc/>
    public void Show(string lines, IReadOnlyList<string> waiting)
    {
        lock (_gate)
        {
            terminal.Write(Encoding.UTF8.GetBytes(lines));
        }
    }
}
