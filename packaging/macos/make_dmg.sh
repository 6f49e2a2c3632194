#!/bin/sh
# Makes a disk image to drag GAN Studio.app from into Applications.
#   make_dmg.sh "GAN Studio.app" GAN-Studio.dmg
# The app is signed without an identity ("ad hoc"): Apple's processors start nothing unsigned, and
# nobody's name is vouched for, which is what the system then warns about.
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

# On a copy: what is in the .zip stays as PyInstaller left it, which signs ad hoc itself.
ditto "$app" "$work/GAN Studio.app"
if ! codesign --verify --deep --strict "$work/GAN Studio.app"; then
    codesign --force --deep --sign - "$work/GAN Studio.app"
    codesign --verify --deep --strict "$work/GAN Studio.app"
fi
ln -s /Applications "$work/Applications"
rm -f -- "$image"
hdiutil create -volname "GAN Studio" -srcfolder "$work" -fs HFS+ -format UDZO -ov "$image"
hdiutil verify "$image"
