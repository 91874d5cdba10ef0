using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Chatctl.Cli;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect.Tls;

/// <summary>Begins TLS over a connection.</summary>
/// <param name="endpoint">The peer, as the user wrote it.</param>
/// <param name="options">Whom to trust, and what to show.</param>
/// <param name="isSession">Whether a session will be opened: the server is told so.</param>
internal sealed class TlsHandshake(TlsEndpoint endpoint, TlsOptions options, bool isSession)
{
    // The name of the session protocol inside TLS (ALPN).
    private static readonly SslApplicationProtocol Session = new("chatctl/1");

    // A server that speaks no TLS waits for a line, and gets none.
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);

    /// <summary>Shakes hands.</summary>
    /// <param name="socket">Connected and blocking. It is disposed if this fails.</param>
    /// <param name="patience">How long it may take; <see cref="Timeout.InfiniteTimeSpan"/> for the default.</param>
    /// <param name="watch">Watches the output meanwhile.</param>
    /// <param name="wire">What it has led to; null if it failed.</param>
    /// <returns>Why it failed, as the end of a sentence; null if it did not.</returns>
    /// <exception cref="ConnectionException">It failed, and would fail again.</exception>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    public string? TryShake(Socket socket, TimeSpan patience, OutputWatch watch, out Wire? wire)
    {
        wire = null;
        var raw = new RawStream(socket);
        var faults = new TlsFault(options, endpoint.Host);
        var tls = new SslStream(raw, leaveInnerStreamOpen: true);
        var check = new ServerCheck(endpoint.Host, options);
        string? failure;
        try
        {
            if (IsInTime(tls.AuthenticateAsClientAsync(Options(check, faults)), raw, socket, patience > TimeSpan.Zero ? patience : DefaultPatience, watch))
            {
                wire = new TlsWire(socket, raw, tls, faults);
                return null;
            }

            failure = "timed out in the TLS handshake; it may not speak TLS";
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            (failure, bool isHopeless) = check.Objection is { } objection ? ($"it {objection}", true)
                : !raw.IsTls ? ($"it {TlsFault.NoTls}", true)
                : (raw.Failure == SocketError.ConnectionReset || raw.IsEnded || raw.WriteError != 0) && faults.IsAsked && faults.OfBreakingOff() is ({ } reason, var isFinal)
                    ? ($"it {reason}", isFinal)
                : raw.Failure == SocketError.ConnectionReset || raw.WriteError != 0 ? ("connection reset by peer in the TLS handshake; it may not speak TLS", false)
                : raw.IsEnded ? ("it closed the connection in the TLS handshake; it may not speak TLS", false)
                : Sentence(faults.OfHandshake(e));
            if (isHopeless)
            {
                socket.Dispose();
                throw new ConnectionException($"cannot connect to {endpoint}: {failure}", e) { IsHopeless = true };
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        socket.Dispose();
        return failure;
    }

    /// <summary>Drives the handshake from this thread, which waits for the socket and watches the output.</summary>
    /// <returns>False if it took too long.</returns>
    private static bool IsInTime(Task shaking, RawStream raw, Socket socket, TimeSpan patience, OutputWatch watch)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!shaking.IsCompleted)
        {
            if (!raw.IsReading)
            {
                // The base library is free to go on with a read on another thread.
                Thread.Yield();
                continue;
            }

            TimeSpan left = patience - Stopwatch.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero || !watch.AwaitSocket(socket, left))
            {
                return false;
            }

            raw.Receive();
        }

        shaking.GetAwaiter().GetResult();
        return true;
    }

    private static (string Text, bool IsHopeless) Sentence((string Text, bool IsHopeless) fault) => ($"it {fault.Text}", fault.IsHopeless);

    private SslClientAuthenticationOptions Options(ServerCheck check, TlsFault faults)
    {
        var chosen = new SslClientAuthenticationOptions
        {
            // Not what follows the percent sign of an address: it is the name of an interface here. Nor the dot that ends a name.
            TargetHost = endpoint.Host.Split('%')[0].TrimEnd('.'),
            EnabledSslProtocols = options.TakesTls12 ? SslProtocols.Tls12 | SslProtocols.Tls13 : SslProtocols.Tls13,
            CertificateChainPolicy = check.Policy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => check.Accepts(certificate, chain, errors),
            ApplicationProtocols = isSession ? [Session] : null,
            AllowRenegotiation = false,

            // Every connection checks the server anew.
            AllowTlsResume = false,
        };
        if (options.Certificate is { } certificate)
        {
            chosen.ClientCertificateContext = certificate;
        }
        else
        {
            // The first call comes before the server has said anything.
            chosen.LocalCertificateSelectionCallback = (_, _, _, server, _) =>
            {
                faults.IsAsked |= server is not null;
                return null!;
            };
        }

        return chosen;
    }
}
