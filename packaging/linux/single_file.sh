#!/bin/sh
# GAN Studio @VERSION@ in one file. Started for the first time it unpacks itself into the folder of
# this user's programs, once; after that it starts the program there. It needs no administrator.
#   --install        add it to the menu, with its kinds of files
#   --uninstall      take it out of the menu and delete what was unpacked; runs stay
#   --extract DIR    only unpack, into DIR
# Everything else is passed on to the program.
set -eu

version='@VERSION@'
sum='@SHA256@'
bytes='@BYTES@'
first='@FIRST@'

self=$(readlink -f -- "$0")
apps="${XDG_DATA_HOME:-$HOME/.local/share}/GAN Studio/app"
app="$apps/$version-$(printf %.8s "$sum")"

fail() {
    tell "$1"
    exit 1
}

tell() { # on a terminal if there is one, and by the desktop otherwise
    echo "$1" >&2
    if [ ! -t 2 ] && command -v notify-send >/dev/null 2>&1; then
        notify-send --app-name="GAN Studio" --icon=gan-studio "GAN Studio" "$1" 2>/dev/null || true
    fi
}

payload() {
    tail -c "+$first" -- "$self"
}

check() {
    if [ "$(payload | wc -c)" -ne "$bytes" ]; then
        fail "This file is not complete. Download it again: $self"
    fi
    if [ "$(payload | sha256sum | cut -d ' ' -f 1)" != "$sum" ]; then
        fail "This file is damaged. Download it again: $self"
    fi
}

unpack() { # into the folder $1, which is there only once it is complete
    check
    mkdir -p -- "$(dirname -- "$1")"
    part=$(mktemp -d -- "$(dirname -- "$1")/.unpacking.XXXXXX")
    trap 'rm -rf -- "$part"' EXIT
    trap 'exit 130' INT TERM HUP
    if ! payload | @UNPACK@ | tar -xf - -C "$part" --strip-components=1 --no-same-owner; then
        fail "It could not be unpacked into $(dirname -- "$1"): see above. It takes about @MEGABYTES@ MB."
    fi
    chmod 755 -- "$part"
    # Two starts at once: who comes second finds the work done.
    if [ -d "$1" ] || ! mv -T -- "$part" "$1" 2>/dev/null; then rm -rf -- "$part"; fi
    trap - EXIT INT TERM HUP
}

in_use() { # whether a program runs from the folder $1
    for process in /proc/[0-9]*/exe; do
        case $(readlink -- "$process" 2>/dev/null || true) in
        "$1"/*) return 0 ;;
        esac
    done
    return 1
}

is_portable() { # whether somebody keeps runs in the folder $1
    [ -e "$1/GAN Studio data" ]
}

provide() {
    if [ -d "$app" ]; then return; fi
    tell "GAN Studio $version is unpacked for its first start: some seconds."
    unpack "$app"
    for old in "$apps"/*; do
        if [ "$old" != "$app" ] && ! in_use "$old" && ! is_portable "$old"; then
            rm -rf -- "$old"
        fi
    done
    # What a start that was killed left behind.
    find "$apps" -maxdepth 1 -name '.unpacking.*' -mmin +60 -exec rm -rf -- {} +
}

GAN_STUDIO_LAUNCHER=$self
export GAN_STUDIO_LAUNCHER
case ${1-} in
--install)
    provide
    exec sh "$app/install.sh"
    ;;
--uninstall)
    if in_use "$apps"; then fail "GAN Studio is running. Close it first."; fi
    for old in "$apps"/*; do
        if is_portable "$old"; then fail "Runs are kept in it, so it stays: $old/GAN Studio data"; fi
    done
    provide
    sh "$app/uninstall.sh"
    rm -rf -- "$apps"
    ;;
--extract)
    if [ $# -ne 2 ]; then fail "Say where: --extract DIR"; fi
    if [ -e "$2" ]; then fail "There is something already: $2"; fi
    unpack "$2"
    echo "Unpacked into $2"
    ;;
*)
    provide
    exec "$app/gan-studio" "$@"
    ;;
esac
exit
