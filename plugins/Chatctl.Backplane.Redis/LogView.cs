using StackExchange.Redis;

namespace Chatctl.Backplane.Redis;

/// <summary>Where the log stands, seen from one entry.</summary>
/// <param name="Last">The last entry's number; 0 if there never was one.</param>
/// <param name="LastStamp">The last entry's stamp.</param>
/// <param name="First">The number of the first entry that is kept; 0 if none is.</param>
/// <param name="Next">The number of the first entry behind this one; 0 if there is none.</param>
/// <param name="Stamp">The stamp of this entry; empty if it is not kept.</param>
internal sealed record LogView(long Last, string LastStamp, long First, long Next, string Stamp)
{
    /// <summary>What the format of the keys is called in the meta. Another one means another version.</summary>
    public const string Format = "1";

    /// <summary>Looks at the log.</summary>
    public static async Task<LogView> LookAsync(IDatabase database, RedisKeys keys, long number)
    {
        var view = (RedisResult[])(await RedisScript.Look.RunAsync(database, [keys.Log, keys.Meta], number))!;
        return new LogView((long)view[1], (string)view[2]!, (long)view[3], (long)view[4], (string)view[5]!);
    }

    /// <summary>Says in words what is wrong with the log for somebody who has read up to an entry; null if nothing is.</summary>
    /// <param name="position">The entry's number. It is the one from which this view is.</param>
    /// <param name="there">The number of an entry that is known to be there.</param>
    /// <param name="stamp">The entry's stamp, if it is known.</param>
    public string? Fault(long position, long there, Stamp? stamp)
    {
        if (Last < there)
        {
            return $"its log ends with entry {Last}, and entry {there} was there";
        }

        string now = Last == position ? LastStamp : Stamp;
        if (stamp is not null && now.Length > 0 && now != stamp.ToString())
        {
            return $"entry {position} is another one now";
        }

        return Last > position && Next != position + 1 ? $"entry {position + 1} is gone" : null;
    }
}
