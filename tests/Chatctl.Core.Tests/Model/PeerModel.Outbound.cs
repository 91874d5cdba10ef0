using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using static Chatctl.Core.Tests.Model.Comparison;

namespace Chatctl.Core.Tests.Model;

/// <content>What it gets.</content>
internal sealed partial class PeerModel
{
    // Whether it is at the log of sessions, or at the answer to a hello that was refused.
    private bool _hasEntered;
    private int _place = room.Log.Count;
    private int _offset;
    private byte[] _notice = [];

    // Events at the beginning may be gone, or have been before it.
    private bool _mayMissEvents;
    private List<(int Place, int Length)> _given = [];

    /// <summary>How many bytes are on their way to it.</summary>
    public int OnTheirWay { get; private set; }

    /// <summary>Whether it was given something that was not sent yet.</summary>
    public bool HasUnsent => OnTheirWay > 0 || _notice.Length > 0;

    /// <summary>How many lines it has missed because it was too slow.</summary>
    public long Missed { get; private set; }

    /// <summary>How many acks it got.</summary>
    public long Acks { get; private set; }

    public long Gaps { get; private set; }

    /// <summary>Since when something waits for it; null if nothing does.</summary>
    public DateTimeOffset? FirstOutstanding => Next(_place) is { } next ? room.Log[next].Time : null;

    /// <summary>Whether it must be given something of the log, unless that waits for more.</summary>
    public bool HasOutstanding => Next(_place) is not null && (_offset > 0 || !MayMiss || NextLine() is not null);

    /// <summary>Whether it has got everything that it will ever get, but perhaps for acks.</summary>
    public bool IsOver => Stop <= room.Log.Count && !HasOutstanding && !OwesAnswer;

    /// <summary>Whether its answers wait, and nothing else may come before them.</summary>
    public bool OwesAnswer => Answers.Count > 0 || AsksWho;

    /// <summary>What comes next from the log, for messages.</summary>
    private string Due => Next(_place) is { } next ? Encoding.UTF8.GetString(Bytes(next)[_offset..]) : "";

    private bool MayMiss => _mayMissEvents || room.Options.Slow == SlowPolicy.Skip;

    private bool IsAtBoundary => _offset == 0 && _notice.Length == 0;

    /// <summary>Whether it has got the lines in front of a place that were said while it was there and are for it.</summary>
    public bool HasGot(int place)
    {
        int from = _hasEntered ? Math.Max(_place, _begun) : _place;
        return BrokenAt is not null || !Range(from, Math.Min(place, Stop)).Any(at => room.Log[at].Seq > 0 && IsFor(at));
    }

    /// <summary>The room has given bytes. Checks that they are due.</summary>
    public void Give(ReadOnlySpan<byte> bytes)
    {
        _given = [];
        if (IsAtBoundary && OnTheirWay == 0 && BrokenAt is not null)
        {
            Stop = Math.Min(Stop, _place);
        }

        if (IsAtBoundary)
        {
            Heed(bytes);
        }

        Check(bytes.StartsWith(_notice), "an answer was changed on its way");
        if (bytes.Length > _notice.Length)
        {
            Check(_offset > 0 || OnTheirWay > 0 || !OwesAnswer, "an answer came too late");
            Match(bytes[_notice.Length..]);
        }

        OnTheirWay = bytes.Length;
    }

    /// <summary>The room has given nothing. Checks that nothing is due.</summary>
    public void GiveNothing()
    {
        bool mayWait = room.Options.Coalesce is not null;
        Check(_notice.Length == 0 && !OwesAnswer, "an answer did not come");
        Check(mayWait || BrokenAt is not null || !HasOutstanding, $"member {id} was given nothing, although this was due: {Due}");
        Check(mayWait || _offset == 0, "a line was not sent to its end");
        if (BrokenAt is not null)
        {
            Stop = Math.Min(Stop, _place);
        }

        MayBeOverlooked = false;
        _given = [];
        OnTheirWay = 0;
    }

    /// <summary>It was evicted.</summary>
    public void GiveNothingMore() => OnTheirWay = 0;

    public void Take(int count)
    {
        OnTheirWay = 0;
        int told = Math.Min(count, _notice.Length);
        _notice = _notice[told..];
        count -= told;
        foreach ((int place, int length) in _given)
        {
            if (count == 0)
            {
                break;
            }

            int step = Math.Min(length, count);
            count -= step;
            _offset = place == _place || _offset > 0 ? _offset + step : step;
            _place = place;

            // Two events can be the same to the byte. So only a line shows for sure where it stands.
            _mayMissEvents &= room.Log[place].Seq == 0;
            if (_offset == Bytes(place).Length)
            {
                if (_hasEntered && Session is { } session && room.Log[place].Seq > 0)
                {
                    session.Position = room.Log[place].Seq;
                }

                (_place, _offset) = (place + 1, 0);
            }
        }
    }

    /// <summary>Takes note of what is for it alone. What is from the log may follow.</summary>
    private void Heed(ReadOnlySpan<byte> bytes)
    {
        int told = 0;
        while (IsNotice(bytes[told..]))
        {
            int end = bytes[told..].IndexOf(Kind == PeerKind.Session ? (byte)'\n' : room.Terminator);
            Check(end >= 0, "an answer is not whole");
            Heed(Encoding.UTF8.GetString(bytes.Slice(told, end)));
            told += end + 1;
        }

        _notice = bytes[..told].ToArray();
    }

    /// <summary>Whether bytes begin with something that is for it alone. That is always given whole. What is from the log can be cut anywhere.</summary>
    private bool IsNotice(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes);
        return Array.Exists(
            Kind != PeerKind.Session ? ["chatctl: "] : _hasEntered ? ["{\"ack\":", "{\"error\":", "{\"name\":", "{\"who\":", "{\"event\":\"skipped\""] : (string[])["CHATCTL/1 "],
            prefix => text.StartsWith(prefix, StringComparison.Ordinal));
    }

    private void Heed(string line)
    {
        if (!_hasEntered && Kind == PeerKind.Session)
        {
            _hasEntered = true;
            Enter(line);
        }
        else if (line.StartsWith("{\"ack\"", StringComparison.Ordinal))
        {
            HeedAck(line);
        }
        else if (line.StartsWith("{\"who\"", StringComparison.Ordinal))
        {
            Check(AsksWho && Answers.Count == 0, "nobody has asked who, or another answer is due");
            Check(line + '\n' == room.Who(), $"wrong: {line} instead of {room.Who()}");
            AsksWho = false;
        }
        else if (line.StartsWith("{\"event\":\"skipped\"", StringComparison.Ordinal))
        {
            JsonElement skipped = JsonDocument.Parse(line).RootElement;
            HeedGap(skipped.GetProperty("first").GetInt64(), skipped.GetProperty("last").GetInt64());
        }
        else if (line.StartsWith("chatctl: ", StringComparison.Ordinal))
        {
            HeedPlainGap(line);
        }
        else
        {
            Check(Answers.TryDequeue(out string? due) & Regex.IsMatch(line, due ?? "nothing"), $"the answer was: {line} and not {due}");
        }
    }

    private void Enter(string line)
    {
        string due = Answers.Dequeue();
        Check(Regex.IsMatch(line, due), $"the hello was: {line}");
        if (Session is not { } session)
        {
            return;
        }

        JsonElement hello = JsonDocument.Parse(line["CHATCTL/1 ".Length..]).RootElement;
        room.Epoch ??= hello.GetProperty("epoch").GetString();
        long first = hello.GetProperty("first").GetInt64();
        string gap = CheckGap(hello, first);
        string client = session.Client.Length > 0 ? session.Client : hello.GetProperty("client").GetString()!;
        Check(client.Length is >= 22 and <= 64, $"the client id is {client}");
        string name = hello.GetProperty("name").GetString()!;
        Check(
            line == $"CHATCTL/1 {{\"room\":\"main\",\"epoch\":\"{room.Epoch}\",\"first\":{first},\"next\":{_end + 1}{gap},\"id\":{session.Id},\"name\":\"{name}\",\"client\":\"{client}\",\"resumed\":{(_resumed ? "true" : "false")},\"maxText\":{room.Options.MaxLineBytes - 1}}}",
            $"the hello was: {line}");
        Check(name == _name, $"the name was {name} instead of {_name}");
        (_place, _offset, _mayMissEvents) = (_since.IsNothing ? _begun : Math.Max(room.Behind(first - 1), room.SessionsFrom!.Value), 0, true);
        session.Position = first - 1;
    }

    private string CheckGap(JsonElement hello, long first)
    {
        Check(first <= _end + 1, $"the first line is {first} of {_end}");
        if (!hello.TryGetProperty("gap", out JsonElement gap))
        {
            Check(_since.Epoch is null && first >= _since.Wanted + 1 && !HasGone(first - 1), $"the first line is {first}, although {_since} was asked for");
            return "";
        }

        Gaps++;
        string epoch = _since.Epoch is null ? "" : $"\"epoch\":\"{_since.Epoch}\"";
        if (!gap.TryGetProperty("last", out JsonElement last))
        {
            Check(first >= _since.Wanted + 1 && !HasGone(first - 1), $"the first line is {first}, although {_since} was asked for");
            return $",\"gap\":{{{epoch}}}";
        }

        long gone = last.GetInt64();
        long from = _since.IsTime ? 1 : _since.Wanted + 1;
        Check(gone == first - 1 && from <= gone && (_since.IsTime || HasGone(gone)), $"lines up to {gone} are gone");
        CheckHistory(gone);
        return $",\"gap\":{{{epoch}{(epoch.Length > 0 ? "," : "")}\"first\":{from},\"last\":{gone}}}";
    }

    /// <summary>Whether it was to get any of the lines that it has asked for, up to this one.</summary>
    private bool HasGone(long last) => Range(room.Behind(_since.Wanted), room.Behind(last)).Any(at => room.Log[at].Seq > _since.Wanted && IsFor(at));

    /// <summary>Only so much may be gone that the history is still there.</summary>
    private void CheckHistory(long gone)
    {
        int place = Math.Max(room.Behind(gone), room.SessionsFrom!.Value);
        long kept = room.Log.Take(_begun).Skip(place).Sum(unit => (long)unit.Json.Length);
        long before = room.SessionsFrom == 0 ? 0 : room.Log[room.SessionsFrom.Value - 1].Seq;
        Check(gone <= before || kept >= (room.Options.History ?? 1 << 20), $"only {kept} bytes are kept");
    }

    private void HeedAck(string line)
    {
        JsonElement ack = JsonDocument.Parse(line).RootElement;
        (long n, long seq) = (ack.GetProperty("ack").GetInt64(), ack.GetProperty("seq").GetInt64());
        Check(line == $"{{\"ack\":{n},\"seq\":{seq}}}", $"the ack was: {line}");
        Check(Answers.Count == 0 && !AsksWho && AwaitsAck, "an ack came that was not due");
        Check(Session!.Seqs.TryGetValue(n, out long taken) && taken == seq, $"{line} is wrong");
        Check(n > Acked || (n == Acked && HasRepeated), $"{line} came after the ack of {Acked}");
        Check(room.IsSentToOthers(this, room.Behind(seq)), $"{line} came before another member was sent the line");
        (Acked, HasRepeated) = (n, HasRepeated && n < Session.LastN);
        Acks++;
    }

    private void HeedGap(long first, long last)
    {
        Check(room.Options.Slow == SlowPolicy.Skip, "a member skipped although the policy is another");

        // It may have passed over lines of its own before.
        int from = room.Behind(first - 1);
        Check(last >= first && from >= 0 && !Range(_place, from).Any(at => room.Log[at].Seq > 0 && IsFor(at)), $"lines {first} to {last} were skipped, although this was due: {Due}");
        Check(!room.Log.Take(_place).Any(unit => unit.Seq >= first), $"lines {first} to {last} were skipped, although some of them were sent");
        Skip(room.Behind(last));
        Session!.Position = last;
    }

    private void HeedPlainGap(string line)
    {
        Check(room.Options.Slow == SlowPolicy.Skip, "a member skipped although the policy is another");
        Match match = Regex.Match(line, "^chatctl: skipped ([0-9]+) lines, ([0-9]+) bytes$");
        long lines = long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        int[] missed = [.. Range(_place, room.Log.Count).Where(IsFor).Take((int)lines)];
        Check(missed.Length == lines && missed.Sum(at => Bytes(at).Length) == long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), $"the counts are wrong: {line}");
        Skip(missed[^1] + 1);
    }

    private void Skip(int place)
    {
        Check(place <= Stop && place > _place, "it skipped more than there was");
        Missed += Range(_place, place).Count(at => room.Log[at].Seq > 0 && IsFor(at));
        _place = place;
    }

    /// <summary>Compares bytes with the log. If events may be missed, a line or event may come that is a bit behind.</summary>
    private void Match(ReadOnlySpan<byte> bytes)
    {
        int place = _place;
        int offset = _offset;
        while (!bytes.IsEmpty)
        {
            int? next = Next(place);
            while (next is { } at && !Fits(place, at, offset, bytes))
            {
                bool mayGoOn = MayMiss && _hasEntered && room.Log[at].Seq == 0;
                next = mayGoOn ? Next(at + 1) : null;
            }

            Check(next is not null, $"not due: {Encoding.UTF8.GetString(bytes)}");
            int step = Math.Min(Bytes(next!.Value).Length - offset, bytes.Length);
            _given.Add((next.Value, step));
            bytes = bytes[step..];
            (place, offset) = (next.Value + 1, 0);
        }
    }

    private bool Fits(int place, int at, int offset, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> unit = Bytes(at);
        int length = Math.Min(unit.Length - offset, bytes.Length);
        return length > 0 && unit.Slice(offset, length).SequenceEqual(bytes[..length]) && (at == place || Bytes(place).AsSpan()[..offset].SequenceEqual(unit[..offset]));
    }

    private static IEnumerable<int> Range(int from, int to) => Enumerable.Range(from, Math.Max(0, to - from));

    private int? Next(int place)
    {
        int end = Math.Min(Stop, room.Log.Count);
        while (place < end && !IsFor(place))
        {
            place++;
        }

        return place < end ? place : null;
    }

    private int? NextLine()
    {
        int? next = Next(_place);
        while (next is { } at && room.Log[at].Seq == 0)
        {
            next = Next(at + 1);
        }

        return next;
    }

    private bool IsFor(int place)
    {
        Unit unit = room.Log[place];
        long own = _hasEntered && Session is { } session ? session.Id : id;
        return Bytes(place).Length > 0 && (room.Options.Echo || unit.Owner != own);
    }

    private byte[] Bytes(int place) => _hasEntered && Session is not null ? room.Log[place].Json : room.Log[place].Plain;
}
