using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Chatctl.Backplane.Redis;

/// <summary>
/// A script that the server runs as one step. Each says at its head what it takes and returns. It is called by its digest; the text is sent only if the server does not
/// have it, for instance after it was started again.
/// </summary>
internal sealed class RedisScript
{
    public static readonly RedisScript Open = new("open");
    public static readonly RedisScript Append = new("append");
    public static readonly RedisScript Look = new("look");
    public static readonly RedisScript Save = new("save");

    private readonly string _text;
    private readonly string _digest;

    private RedisScript(string name)
    {
        using Stream resource = typeof(RedisScript).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(resource);
        _text = reader.ReadToEnd();
#pragma warning disable CA5350 // Redis names its scripts by SHA-1; nothing relies on its strength.
        _digest = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(_text)));
#pragma warning restore CA5350
    }

    /// <summary>Runs the script.</summary>
    /// <param name="database">The connection.</param>
    /// <param name="keys">The keys that it uses.</param>
    /// <param name="values">Its arguments.</param>
    public async Task<RedisResult> RunAsync(IDatabase database, RedisKey[] keys, params RedisValue[] values)
    {
        try
        {
            return await CallAsync("EVALSHA", _digest);
        }
        catch (RedisServerException e) when (e.Kind == RedisErrorKind.NoScript)
        {
            return await CallAsync("EVAL", _text);
        }

        Task<RedisResult> CallAsync(string command, string script) =>
            database.ExecuteAsync(command, [script, keys.Length, .. keys, .. values], CommandFlags.DemandMaster);
    }
}
