using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Chatctl.Transport.Tls;

/// <summary>
/// What OpenSSL is told that <see cref="System.Net.Security.SslStream"/> cannot tell it. It calls back for each context that is made in this process
/// (SSL_CTX), and the context gets its settings then:
/// <list type="bullet">
/// <item>A connection holds no buffers while it is idle. OpenSSL would keep 17 KiB for input and 17 KiB for output.</item>
/// <item>A client that must show a certificate cannot come back by ticket. So such connections can share a context as others do: 10 KiB.</item>
/// </list>
/// </summary>
/// <remarks>Safe for use from any thread. The functions of OpenSSL and the numbers are those of version 3, and public. Without such an OpenSSL nothing is told.</remarks>
internal static unsafe class OpenSsl
{
    // OPENSSL_VERSION_NUMBER begins with the major version.
    private const int Oldest = 3;
    private const int MajorAt = 28;

    // CRYPTO_EX_INDEX_SSL_CTX, SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS.
    private const int Contexts = 1;
    private const int SetMode = 33;
    private const nint ReleaseBuffers = 0x10;

    // SSL_TICKET_SUCCESS and SSL_TICKET_SUCCESS_RENEW; and the answers to them, SSL_TICKET_RETURN_USE and SSL_TICKET_RETURN_USE_RENEW; and to all others.
    private const int IsGood = 5;
    private const int IsGoodButOld = 6;
    private const int Use = 3;
    private const int UseAndRenew = 4;
    private const int Ignore = 1;
    private const int IgnoreAndRenew = 2;

    private static readonly delegate* unmanaged<nint, int, nint, nint, nint> Control;
    private static readonly delegate* unmanaged<nint, nint, delegate* unmanaged<nint, nint, nint, nint, int, nint, int>, nint, int> SetTickets;
    private static readonly delegate* unmanaged<nint, int> VerifyMode;

#pragma warning disable CA1810 // All of them come from one attempt.
    static OpenSsl()
#pragma warning restore CA1810
    {
        // .NET has loaded the libraries. This finds them again.
        if (OperatingSystem.IsLinux() && SafeEvpPKeyHandle.OpenSslVersion >> MajorAt is >= Oldest and var major
            && NativeLibrary.TryLoad($"libcrypto.so.{major}", out nint crypto) && NativeLibrary.TryLoad($"libssl.so.{major}", out nint ssl)
            && NativeLibrary.TryGetExport(crypto, "CRYPTO_get_ex_new_index", out nint register)
            && NativeLibrary.TryGetExport(ssl, "SSL_CTX_ctrl", out nint control)
            && NativeLibrary.TryGetExport(ssl, "SSL_CTX_set_session_ticket_cb", out nint setTickets)
            && NativeLibrary.TryGetExport(ssl, "SSL_get_verify_mode", out nint verifyMode))
        {
            Control = (delegate* unmanaged<nint, int, nint, nint, nint>)control;
            SetTickets = (delegate* unmanaged<nint, nint, delegate* unmanaged<nint, nint, nint, nint, int, nint, int>, nint, int>)setTickets;
            VerifyMode = (delegate* unmanaged<nint, int>)verifyMode;
            delegate* unmanaged<nint, nint, nint, int, nint, nint, void> made = &Made;
            RefusesTickets = ((delegate* unmanaged<int, nint, nint, void*, nint, nint, int>)register)(Contexts, 0, 0, made, 0, 0) >= 0;
        }
    }

    /// <summary>Whether a client that must show a certificate cannot come back by ticket. If not, its connection needs a context of its own.</summary>
    public static bool RefusesTickets { get; }

    [UnmanagedCallersOnly]
    private static void Made(nint context, nint data, nint all, int index, nint number, nint argument)
    {
        Control(context, SetMode, ReleaseBuffers, 0);
        SetTickets(context, 0, &Judge, 0);
    }

    [UnmanagedCallersOnly]
    private static int Judge(nint connection, nint session, nint name, nint nameLength, int status, nint argument) => (status, VerifyMode(connection)) switch
    {
        (IsGood, 0) => Use,
        (IsGoodButOld, 0) => UseAndRenew,
        (IsGood or IsGoodButOld, _) => Ignore,
        _ => IgnoreAndRenew,
    };
}
