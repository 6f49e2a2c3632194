#!/bin/sh
# Makes a disk image to drag GAN Studio.app from into Applications.
#   make_dmg.sh "GAN Studio.app" GAN-Studio.dmg
set -eu

if [ $# -ne 2 ]; then
    echo "usage: make_dmg.sh APP IMAGE" >&2
    exit 2
fi
app=$1
image=$2

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'exit 130' INT TERM HUP

ditto "$app" "$work/GAN Studio.app"
ln -s /Applications "$work/Applications"
rm -f -- "$image"
hdiutil create -volname "GAN Studio" -srcfolder "$work" -fs HFS+ -format UDZO -ov "$image"
hdiutil verify "$image"
