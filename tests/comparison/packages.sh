# Installs programs that are missing, from Debian. Sourced.

packages=()
need() { # need PROGRAM PACKAGE
    PATH=$PATH:/usr/sbin command -v "$1" >/dev/null || packages+=("$2")
}

install_needed() {
    [ ${#packages[@]} -gt 0 ] || return 0
    echo "installing ${packages[*]}" >&2
    # Only the programs are needed. Packages that heed the run level start no service.
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}" >&2
}
