#!/bin/sh
# Makes a disk image to drag GAN Studio.app from into Applications.
#   make_dmg.sh GAN-Studio.dmg "GAN Studio.app" [LICENCES.txt]
set -eu

if [ $# -lt 2 ]; then
    echo "usage: make_dmg.sh IMAGE APP [FILE ...]" >&2
    exit 2
fi
image=$1
shift

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'exit 130' INT TERM HUP

for item in "$@"; do
    ditto "$item" "$work/$(basename "$item")"
done
ln -s /Applications "$work/Applications"
rm -f -- "$image"
hdiutil create -volname "GAN Studio" -srcfolder "$work" -fs HFS+ -format UDZO -ov "$image"
hdiutil verify "$image"
