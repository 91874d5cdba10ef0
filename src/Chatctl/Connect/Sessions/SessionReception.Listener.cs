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

        _acked.Add(n, seq);
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
            // Because this client was too slow, or because a journal does not have them any more. The server does not say which.
            string skipped = $"{Range(first, last)} {(first == last ? "was" : "were")} skipped";
            StandardStreams.Diagnose($"{skipped}: the server could not keep {(first == last ? "it" : "them")} for this client");
            _losses.Miss(skipped);
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
        // A journal can go on in a new epoch. Then the position is as good as before, up to what is left of the old epoch.
        bool isOtherEpoch = _position is { } && _position.Value.Epoch != hello.Epoch;
        long? left = isOtherEpoch && hello.Epochs.TryGetValue(_position!.Value.Epoch, out long last) ? last : null;
        bool isBehind = left < _position?.Seq;
        bool isAnew = isBehind || (isOtherEpoch && hello.Gap is { Epoch: not null });
        int doubtful = _wasWelcomed && (isOtherEpoch || !hello.IsResumed) ? _outbox.Doubtful : 0;
        _losses.Double(doubtful);
        string doubled = doubtful == 0 ? "" : $"{SessionLosses.Lines(doubtful)} may arrive twice";
        string missed = !isAnew || !_options.Prints ? ""
            : isBehind ? $"{Range(left!.Value + 1, _position!.Value.Seq)} and any after them are lost"
            : $"lines after {_position} may have been missed";
        if (missed.Length > 0)
        {
            _losses.Miss(missed);
        }

        string lost = isOtherEpoch ? LoseAcked(left) : "";
        string consequences = string.Join(", and ", new[] { lost, doubled, missed }.Where(text => text.Length > 0));
        if (isAnew || consequences.Length > 0)
        {
            string cause = lost.Length > 0 || isBehind ? "has lost its last lines"
                : isAnew ? "has started anew"
                : isOtherEpoch ? "may have lost its last lines"
                : "does not know this client any more";
            StandardStreams.Diagnose($"{_peer} {cause}{(consequences.Length == 0 ? "" : ": ")}{consequences}");
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

    /// <summary>The epoch is over: finds out which own lines had an ack in it and are lost.</summary>
    /// <param name="left">The number of the epoch's last line that is left; null if the server does not know it. Then it never kept lines, and an ack did not say so.</param>
    /// <returns>Which, as the end of a sentence; empty if none is.</returns>
    private string LoseAcked(long? left)
    {
        (long First, long Last)? lost = left is { } last ? _acked.Behind(last) : null;
        _acked.EndEpoch();
        _ackedSeq = Math.Min(_ackedSeq, left ?? 0);
        if (lost is not var (from, to))
        {
            return "";
        }

        _losses.Lose(to - from + 1);
        return $"{Range(from, to)} of the input {(from == to ? "was" : "were")} acknowledged and may be lost";
    }

    /// <summary>The line with this number is dealt with, or it will never come.</summary>
    private void MoveTo(long seq) => _position = _position!.Value with { Seq = seq };
}
