#!/bin/sh
# GAN Studio @VERSION@ in one file. Started for the first time it unpacks itself into the folder of
# this user's programs, once; after that it starts the program there. It needs no administrator.
set -eu

version='@VERSION@'
sum='@SHA256@'
bytes='@BYTES@'
first='@FIRST@'

self=$(readlink -f -- "$0")
data="${XDG_DATA_HOME:-$HOME/.local/share}/GAN Studio"
apps="$data/app"
app="$apps/$version-$(printf %.8s "$sum")"
# This script without the archive, which starts the program, and removes it, once it is installed:
# the file that was downloaded may go then.
kept="$apps/gan-studio"
portable="GAN Studio data"
notice=
part=

usage() {
    cat <<END
GAN Studio $version in one file, for Linux (x86_64). The first start unpacks it into
  $app
which takes some seconds and about @MEGABYTES@ MB. Its own options:
  --install        add it to the menu, with its kinds of files; what was downloaded can be deleted
  --uninstall      take it out of the menu and delete what was unpacked; runs and settings stay
  --extract DIR    only unpack, into the new folder DIR
  --help           show this, and the help of the program once it is unpacked
Everything else is passed on to the program.
END
}

fail() {
    hush
    tell "$1" error
    exit 1
}

tell() { # $1 on stderr, and on the screen where nobody sees that; $2: "error" or "info"
    echo "$1" >&2
    if [ ! -t 2 ] && [ -n "${DISPLAY-}${WAYLAND_DISPLAY-}" ]; then show "$1" "${2-info}"; fi
}

has() {
    command -v "$1" >/dev/null 2>&1
}

show() { # a small window, which `hush` takes away
    if has zenity; then
        zenity "--$2" --no-markup --no-wrap --title="GAN Studio" --text="$1" &
    elif has kdialog; then
        case $2 in error) kind=--error ;; *) kind=--msgbox ;; esac
        kdialog --title "GAN Studio" "$kind" "$1" &
    elif has notify-send; then
        notify-send --app-name="GAN Studio" --icon=gan-studio "GAN Studio" "$1" &
    elif has xmessage; then
        xmessage -center -title "GAN Studio" "$1" &
    else
        return 0
    fi </dev/null >/dev/null 2>&1
    notice=$!
}

hush() {
    if [ -z "$notice" ]; then return; fi
    kill "$notice" 2>/dev/null || true
    wait "$notice" 2>/dev/null || true
    notice=
}

payload() {
    tail -c "+$first" -- "$self"
}

check() {
    if [ "$self" = "$kept" ]; then
        fail "Only the file that was downloaded can do that. Download it again."
    fi
    if [ "$(payload | wc -c)" -ne "$bytes" ]; then
        fail "This file is not complete. Download it again: $self"
    fi
    if [ "$(payload | sha256sum | cut -d ' ' -f 1)" != "$sum" ]; then
        fail "This file is damaged. Download it again: $self"
    fi
}

unpack() { # into the folder $1, which is there only once it is complete
    trap 'hush; if [ -n "$part" ]; then rm -rf -- "$part"; fi' EXIT
    trap 'exit 130' INT TERM HUP
    check
    mkdir -p -- "$(dirname -- "$1")"
    part=$(mktemp -d -- "$(dirname -- "$1")/.unpacking.XXXXXX")
    if ! payload | @UNPACK@ | tar -xf - -C "$part" --strip-components=1 --no-same-owner; then
        fail "It could not be unpacked into $(dirname -- "$1"). It takes about @MEGABYTES@ MB."
    fi
    chmod 755 -- "$part"
    # Two starts at once: who comes second finds the work done.
    if [ -d "$1" ] || ! mv -T -- "$part" "$1" 2>/dev/null; then rm -rf -- "$part"; fi
    hush
    trap - EXIT INT TERM HUP
}

users() { # the numbers of the processes whose program lies in the folder $1
    for process in /proc/[0-9]*; do
        case $(readlink -- "$process/exe" 2>/dev/null || true) in
        "$1"/*) echo "${process#/proc/}" ;;
        esac
    done
}

is_portable() { # whether somebody keeps runs in the folder $1
    [ -e "$1/$portable" ]
}

provide() {
    if [ -d "$app" ]; then return; fi
    if [ "$self" != "$kept" ]; then
        tell "GAN Studio $version is unpacked for its first start: some seconds, about @MEGABYTES@ MB."
    fi
    unpack "$app"
    for old in "$apps"/*/; do
        old=${old%/}
        if [ "$old" != "$app" ] && [ -z "$(users "$old")" ] && ! is_portable "$old" &&
            [ "${old##*/}" != "$portable" ]; then
            rm -rf -- "$old"
        fi
    done
    # What a start that was killed left behind.
    find "$apps" -maxdepth 1 -name '.unpacking.*' -mmin +60 -exec rm -rf -- {} +
    if [ -f "$kept" ]; then keep; fi # it starts this version from now on
}

keep() {
    if [ "$self" = "$kept" ]; then return; fi
    head -c "$((first - 1))" -- "$self" >"$kept.part"
    chmod 755 -- "$kept.part"
    mv -f -- "$kept.part" "$kept"
}

install() {
    provide
    # Portable: this file says where the folder of runs and settings lies.
    if [ -d "$(dirname -- "$self")/$portable" ]; then
        sh "$app/install.sh"
        echo "Keep this file where it is, beside \"$portable\": $self"
        return
    fi
    keep
    GAN_STUDIO_LAUNCHER=$kept sh "$app/install.sh"
    if [ "$self" != "$kept" ]; then echo "The file that was downloaded can be deleted: $self"; fi
}

is_training() { # whether all of the processes $1 belong to a training
    for number in $1; do
        case $(tr '\0' '\n' 2>/dev/null <"/proc/$number/cmdline" | sed -n 2p) in
        worker | torchrun | --multiprocessing-fork | -[A-Zc]) ;;
        *) return 1 ;;
        esac
    done
}

wait_for_end() { # of all that runs from the folder, but not of a training that goes on
    patience=60
    while running=$(users "$apps") && [ -n "$running" ]; do
        if [ "$patience" -eq 60 ]; then ask_for_end "$running"; fi
        if [ "$patience" -eq 0 ]; then fail "GAN Studio is running. Close it first."; fi
        patience=$((patience - 1))
        sleep 1
    done
    hush
}

ask_for_end() { # of the processes $1
    if ! is_training "$1"; then
        tell "GAN Studio is running. Close it; this waits for a minute."
    elif [ "$("$app/gan-studio" running --json 2>/dev/null)" = '{"running": []}' ]; then
        tell "A training is just ending; this waits for it."
    else
        fail "GAN Studio trains in the background, without a window. To list what trains, and to
have it save a checkpoint and end:
  sh \"$self\" running
  sh \"$self\" running --stop RUN
Then start this again."
    fi
}

uninstall() {
    if [ ! -d "$app" ] && [ -f "$kept" ]; then exec sh "$kept" --uninstall; fi # another version
    for old in "$apps" "$apps"/*; do
        if is_portable "$old"; then fail "Runs are kept in it, so it stays: $old/$portable"; fi
    done
    provide
    wait_for_end
    sh "$app/uninstall.sh"
    rm -rf -- "$apps"
    rmdir -- "$data" 2>/dev/null || true
    echo "What was unpacked is deleted."
    if [ -f "$self" ]; then echo "The file that was downloaded can be deleted: $self"; fi
}

GAN_STUDIO_LAUNCHER=$self
export GAN_STUDIO_LAUNCHER
case ${1-} in
--install)
    install
    ;;
--uninstall)
    uninstall
    ;;
--extract)
    if [ $# -ne 2 ]; then fail "Say where: --extract DIR"; fi
    if [ -e "$2" ]; then fail "There is something already: $2"; fi
    unpack "$2"
    echo "Unpacked into $2"
    ;;
-h | --help)
    usage
    if [ -d "$app" ]; then echo && exec "$app/gan-studio" --help; fi
    ;;
*)
    provide
    exec "$app/gan-studio" "$@"
    ;;
esac
exit
