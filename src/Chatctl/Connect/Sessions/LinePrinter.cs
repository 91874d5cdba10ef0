using System.Buffers;
using Chatctl.Connect.Printing;
using Chatctl.Io;

namespace Chatctl.Connect.Sessions;

/// <summary>Prints lines of the room. They are kept until <see cref="Flush"/>, so that those of one receive need one write.</summary>
/// <param name="output">Gets them in the form that the user wants. It is not disposed.</param>
/// <param name="request">Which form that is, and which file gets the texts.</param>
/// <param name="terminator">What follows a text.</param>
internal sealed class LinePrinter(Stream output, SessionRequest request, byte terminator)
{
    private readonly ArrayBufferWriter<byte> _text = new(64 * 1024);

    // The file gets the texts, whatever the form is.
    private readonly ArrayBufferWriter<byte>? _file = request is { Tee: not null, Form: not LineForm.Text } ? new(64 * 1024) : null;
    private readonly Tee? _tee = request.Tee is { } path ? new Tee(request.Form == LineForm.Text ? output : Stream.Null, path) : null;

    /// <summary>Prints a line of the room.</summary>
    public void Line(in SaidLine line)
    {
        switch (request.Form)
        {
            case LineForm.Json:
                Event(line.Raw);
                break;
            case LineForm.Timestamped:
                _text.Write(line.Time);
                _text.Write(" "u8);
                PutText(_text, line.Text);
                break;
            default:
                PutText(_text, line.Text);
                break;
        }

        if (_file is not null)
        {
            PutText(_file, line.Text);
        }
    }

    /// <summary>Prints something that is no line of the room, if the form has a place for it.</summary>
    /// <param name="raw">The server's JSON object.</param>
    public void Event(ReadOnlySpan<byte> raw)
    {
        if (request.Form == LineForm.Json)
        {
            _text.Write(raw);
            _text.Write("\n"u8);
        }
    }

    /// <summary>Writes what is kept.</summary>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    /// <exception cref="IOException">The output or the file does not take it. Whichever failed, the other has it.</exception>
    public void Flush()
    {
        if (_text.WrittenCount == 0)
        {
            return;
        }

        try
        {
            if (_file is not null)
            {
                _tee!.Write(_file.WrittenSpan);
            }
        }
        finally
        {
            (_file is null ? _tee ?? output : output).Write(_text.WrittenSpan);
        }

        _text.ResetWrittenCount();
        _file?.ResetWrittenCount();
    }

    /// <summary>Nothing more comes.</summary>
    public void Finish()
    {
        Flush();
        output.Flush();
    }

    private void PutText(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> text)
    {
        buffer.Write(text);
        buffer.GetSpan(1)[0] = terminator;
        buffer.Advance(1);
    }
}
