"""The TLS settings of a target."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from conformance.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """`verify` asks for a certificate that is right for the host; the rest are paths of PEM files."""

    verify: bool = True
    ca_file: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None


def tls_context(options: TlsOptions) -> ssl.SSLContext:
    """An SSL context for HTTP/1.1; ConfigurationError names the file that cannot be read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    if not options.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif options.ca_file is None:
        context.load_default_certs()
    else:
        try:
            context.load_verify_locations(options.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(f"The CA file {options.ca_file!r} cannot be used: {_reason(error)}.") from None
    if options.client_certificate is not None:
        try:
            # An empty password instead of None: OpenSSL would ask for one on the terminal.
            context.load_cert_chain(options.client_certificate, options.client_key, password="")
        except (OSError, ssl.SSLError, ValueError) as error:
            files = " with ".join(repr(each) for each in (options.client_certificate, options.client_key) if each)
            raise ConfigurationError(f"The client certificate {files} cannot be used: {_reason(error)}.") from None
    elif options.client_key is not None:
        raise ConfigurationError(f"The client key {options.client_key!r} is of no use without a client certificate.")
    return context


def tls_reason(error: OSError) -> str:
    """What went wrong in TLS, in words, without the line numbers of the library."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted ({error.verify_message.strip().rstrip('.')})"
    if isinstance(error, ssl.SSLError) and error.reason:
        words = error.reason.replace("_", " ").lower()
        if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
            return f"the far side does not speak TLS there ({words})"
        return words
    return _reason(error)


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "no readable PEM").replace("_", " ").lower()
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return str(error) or type(error).__name__
