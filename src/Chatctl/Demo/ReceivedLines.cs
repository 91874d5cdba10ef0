using System.Text;
using Chatctl.Connect.Printing;

namespace Chatctl.Demo;

/// <summary>Keeps what a member has received, split into lines. One thread writes; any thread may look.</summary>
internal sealed class ReceivedLines : OutputStream
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<byte> _unfinished = [];

    /// <summary>The lines so far, without their ends. A last line that has no end counts too.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return _unfinished.Count == 0 ? [.. _lines] : [.. _lines, Text()];
            }
        }
    }

    /// <summary>How many whole lines there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _lines.Count;
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            foreach (byte value in buffer)
            {
                if (value != (byte)'\n')
                {
                    _unfinished.Add(value);
                    continue;
                }

                _lines.Add(Text());
                _unfinished.Clear();
            }
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is kept back.
    }

    private string Text() => Encoding.UTF8.GetString([.. _unfinished]);
}
