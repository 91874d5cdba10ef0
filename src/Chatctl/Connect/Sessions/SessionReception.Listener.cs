using Chatctl.Cli;
using Chatctl.Io;

namespace Chatctl.Connect.Sessions;

/// <content>What the server says, and what the user asks it.</content>
internal sealed partial class SessionReception : IServerListener, IRequests
{
    private bool _wasWelcomed;

    // The name for the next hello.
    private string? _wantedName;

    public void Welcomed(ServerHello hello)
    {
        TellName(hello);
        Resume(hello);
        _outbox.Limit(hello.MaxText);
        _wasWelcomed = true;
        _local.Chat?.Welcomed(hello);
        _ready!();
    }

    public void Said(in SaidLine line)
    {
        HasProgress = true;
        if (Wanted == 0 || line.Seq <= _position!.Value.Seq)
        {
            return;
        }

        _printer?.Line(line);
        _local.Chat?.Said(line);
        Wanted--;
        MoveTo(line.Seq);
    }

    public void Acknowledged(long n, long seq)
    {
        HasProgress = true;
        if (!_outbox.Acknowledge(n))
        {
            throw new ConnectionException($"{_peer} has acknowledged line {n}, which was never sent");
        }

        _ackedSeq = seq;
        _local.Chat?.Acknowledged(n, seq);
    }

    public void Refused(ServerError error)
    {
        if (error.IsFatal)
        {
            throw new ConnectionException($"{_peer}: {error.Message}{_outbox.Doubt(0, isConfirmed: false)}");
        }

        if (error.N is { } n)
        {
            _outbox.Refuse(n);
            HasProgress = true;
        }

        if (_local.Chat is { } chat)
        {
            chat.Refused(error);
        }
        else if (error.N is not null)
        {
            _losses.Refuse($"line {error.N} of the input was refused: {error.Message}");
        }
        else
        {
            StandardStreams.Diagnose($"{_peer}: {error.Message}");
        }
    }

    public void Named(string name)
    {
        // Only now: a name that the server does not accept would end the next connection.
        _wantedName = name;
        if (_local.Chat is { } chat)
        {
            chat.Named(name);
        }
        else if (_options.IsVerbose)
        {
            StandardStreams.Diagnose($"this is now {name}");
        }
    }

    public void Present(WhoPage page) => _local.Chat?.Present(page);

    public void Happened(Presence what, ReadOnlySpan<byte> raw)
    {
        if (Wanted != 0)
        {
            _printer?.Event(raw);
            _local.Chat?.Happened(what, raw);
        }
    }

    public void Skipped(long first, long last, ReadOnlySpan<byte> raw)
    {
        if (Wanted == 0 || last <= _position!.Value.Seq)
        {
            return;
        }

        _printer?.Event(raw);
        if (_local.Chat is { } chat)
        {
            chat.Skipped(first, last, raw);
        }
        else if (_options.Prints)
        {
            StandardStreams.Diagnose($"{Range(first, last)} were skipped: this client was too slow");
            _losses.Miss($"{Range(first, last)} were skipped");
        }

        MoveTo(last);
    }

    public void Rename(string name)
    {
        _outbox.Request(ClientWire.Rename(name));
        _assist();
    }

    public void AskWho()
    {
        _outbox.Request(ClientWire.Who);
        _assist();
    }

    private static string Range(long first, long last) => first == last ? $"line {first}" : $"lines {first} to {last}";

    private void TellName(ServerHello hello)
    {
        bool isOther = _wantedName is { } wanted && hello.Name != wanted;
        if (isOther && !_wasWelcomed)
        {
            StandardStreams.Diagnose($"the name {_wantedName} is taken; this is {hello.Name}");
        }
        else if (_options.IsVerbose)
        {
            StandardStreams.Diagnose($"the name here is {hello.Name}");
        }
    }

    /// <summary>Finds out whether lines were lost or may be doubled, and says so.</summary>
    private void Resume(ServerHello hello)
    {
        // A journal can go on in a new epoch. Then the position is as good as before, unless the server says that its epoch is over.
        bool isOtherEpoch = _position is { } before && before.Epoch != hello.Epoch;
        bool isAnew = isOtherEpoch && hello.Gap is { Epoch: not null };
        int doubtful = _wasWelcomed && (isOtherEpoch || !hello.IsResumed) ? _outbox.Doubtful : 0;
        _losses.Double(doubtful);
        string doubled = doubtful == 0 ? "" : $"{SessionLosses.Lines(doubtful)} may arrive twice";
        if (isAnew)
        {
            _ackedSeq = 0;
            string missed = _options.Prints ? $"lines after {_position} may have been missed" : "";
            if (_options.Prints)
            {
                _losses.Miss(missed);
            }

            string consequences = string.Join(", and ", new[] { doubled, missed }.Where(text => text.Length > 0));
            StandardStreams.Diagnose(consequences.Length == 0 ? $"{_peer} has started anew" : $"{_peer} has started anew: {consequences}");
        }
        else if (doubled.Length > 0)
        {
            StandardStreams.Diagnose(isOtherEpoch
                ? $"{_peer} may have lost its last lines: {doubled}"
                : $"{_peer} does not know this client any more: {doubled}");
        }

        if (hello.Gap is { First: > 0 } gap)
        {
            StandardStreams.Diagnose($"{Range(gap.First, gap.Last)} {(gap.First == gap.Last ? "is" : "are")} gone: the server keeps no more");
            if (_position is not null)
            {
                _losses.Miss($"{Range(gap.First, gap.Last)} {(gap.First == gap.Last ? "is" : "are")} gone");
            }
        }

        long first = hello.First - 1;
        _position = new Position(hello.Epoch, isAnew || _position is null ? first : Math.Max(_position.Value.Seq, first));
    }

    /// <summary>The line with this number is dealt with, or it will never come.</summary>
    private void MoveTo(long seq) => _position = _position!.Value with { Seq = seq };
}
