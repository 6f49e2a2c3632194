"""Runs in the packaged program before everything else."""

import os
import sys


def restore_library_path():
    """Give programs of the system that we start (a file manager, say) their own libraries back.

    The starter put our folder first in the search path; the loader has read it and needs it no
    more.
    """
    kept = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if kept is not None:
        os.environ["LD_LIBRARY_PATH"] = kept
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


# Where systems keep the certificates of the web: Debian, Fedora, openSUSE, Alpine and macOS.
CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def find_certificates():
    """Let downloads be checked: OpenSSL looks where the machine that built us has certificates."""
    if "SSL_CERT_FILE" in os.environ or "SSL_CERT_DIR" in os.environ:
        return
    for path in CERTIFICATES:
        if os.path.isfile(path):
            os.environ["SSL_CERT_FILE"] = path
            return


if sys.platform == "linux":
    restore_library_path()
if sys.platform != "win32":  # Windows asks the system
    find_certificates()
