using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using StackExchange.Redis;

namespace Chatctl.Backplane.Redis;

/// <summary>What may help after a failure.</summary>
internal enum Remedy
{
    /// <summary>Nothing: the log cannot go on.</summary>
    None,

    /// <summary>Time.</summary>
    Wait,

    /// <summary>Another connection, after some time.</summary>
    Reconnect,

    /// <summary>Another connection, perhaps at once: this one was cut, which may have been long ago if it was idle.</summary>
    ReconnectAtOnce,
}

/// <summary>What went wrong with a call, in words, and what may help.</summary>
/// <param name="Reason">The reason for the user, without a full stop. It holds no secret.</param>
/// <param name="Remedy">What may help.</param>
internal sealed partial record Failure(string Reason, Remedy Remedy)
{
    /// <summary>What the library puts before the server's words if they came while it connected.</summary>
    private const string LibraryPrefix = "SimpleError: ";

    private const string Replica = "it is a replica, which takes no writes";

    /// <summary>Explains an exception of a call.</summary>
    /// <returns>Null if it is not a failure of the server or of the connection.</returns>
    public static Failure? Of(Exception e) => e switch
    {
        RedisServerException refusal => OfRefusal(refusal),
        RedisTimeoutException or TimeoutException => new Failure("it does not answer", Remedy.Reconnect),
        RedisConnectionException broken => new Failure(OfConnection(broken), Remedy.ReconnectAtOnce),
        // The connection was closed by another call, or is being opened again by the library.
        ObjectDisposedException or RedisException or SocketException => new Failure("the connection is closed", Remedy.ReconnectAtOnce),
        _ => null,
    };

    /// <summary>Whether the exception says nothing but that there is no connection.</summary>
    public static bool IsVague(RedisConnectionException e) =>
        e is { FailureType: ConnectionFailureType.UnableToResolvePhysicalConnection, InnerException: null } && !IsReplica(e);

    private static bool IsReplica(RedisConnectionException e) => e.Message.Contains("not eligible for replica", StringComparison.Ordinal);

    private static string OfConnection(RedisConnectionException e)
    {
        ConnectionFailureType type = e.FailureType;
        for (Exception? inner = e.InnerException; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case SocketException or AuthenticationException:
                    return FirstSentence(inner.Message);
                case RedisServerException refusal:
                    return OfRefusal(refusal).Reason;
                case RedisConnectionException cause:
                    type = cause.FailureType;
                    break;
            }
        }

        return type switch
        {
            ConnectionFailureType.UnableToResolvePhysicalConnection when IsReplica(e) => Replica,
            ConnectionFailureType.UnableToResolvePhysicalConnection => "it does not answer",
            ConnectionFailureType.AuthenticationFailure => "it does not accept the user or the password",
            ConnectionFailureType.Loading => "it is loading its data",
            ConnectionFailureType.UnableToConnect => "it cannot be reached",
            ConnectionFailureType.InternalFailure or ConnectionFailureType.ProtocolFailure => "what answers there does not speak the protocol of Redis",
            _ => "the connection is closed",
        };
    }

    private static Failure OfRefusal(RedisServerException e)
    {
        // Before version 7 the error of a script only quotes that of the command in it.
        string message = QuotedError().Match(e.Message) is { Success: true } quoted ? quoted.Groups[1].Value : e.Message;
        message = message.StartsWith(LibraryPrefix, StringComparison.Ordinal) ? message[LibraryPrefix.Length..] : message;
        return message.Split(' ')[0] switch
        {
            "OOM" => Waits("its memory is full"),
            "MISCONF" => Waits("it cannot write to its disk"),
            "LOADING" => Waits("it is loading its data"),
            "BUSY" => Waits("it is busy with a script"),
            "NOREPLICAS" => Waits("too few of its replicas are there"),
            "CLUSTERDOWN" or "TRYAGAIN" => Waits("its cluster is not ready"),
            "READONLY" => Elsewhere(Replica),
            "MASTERDOWN" => Elsewhere("it is a replica without its primary"),
            // Somebody can give the rights back, and nothing is lost until then.
            "NOAUTH" or "WRONGPASS" => Elsewhere("it does not accept the user or the password"),
            "NOPERM" => Elsewhere($"the user may not do what is needed: {FirstSentence(message["NOPERM ".Length..])}"),
            "WRONGTYPE" => Ends("one of the room's keys holds something that chatctl did not put there"),
            _ when message.Contains("The user executing the script", StringComparison.Ordinal) => Elsewhere("the user may not do what is needed"),
            _ when message.Contains("without any password configured", StringComparison.Ordinal) => Elsewhere("it has no password, and one was given"),
            _ when message.Contains("max number of clients", StringComparison.Ordinal) => Elsewhere("it has too many clients"),
            _ when message.Contains("unknown command", StringComparison.OrdinalIgnoreCase) => Ends($"it lacks what chatctl needs of Redis 6.2: {FirstSentence(message)}"),
            _ => Ends(FirstSentence(message.StartsWith("ERR ", StringComparison.Ordinal) ? message["ERR ".Length..] : message)),
        };
    }

    private static Failure Waits(string reason) => new(reason, Remedy.Wait);

    private static Failure Elsewhere(string reason) => new(reason, Remedy.Reconnect);

    private static Failure Ends(string reason) => new(reason, Remedy.None);

    /// <summary>Without where in the script it was, and without the full stop.</summary>
    private static string FirstSentence(string message) => message.ReplaceLineEndings(" ").Split(" script: ")[0].Split(". ")[0].Trim().TrimEnd('.');

    [GeneratedRegex(@"^ERR Error running script .*?: -?([A-Z]+ .*)$", RegexOptions.Singleline)]
    private static partial Regex QuotedError();
}
