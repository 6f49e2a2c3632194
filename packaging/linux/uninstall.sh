#!/bin/sh
# Takes away what install.sh added for this user. It touches no runs and no settings.
set -eu

here=$(cd -- "$(dirname -- "$0")" && pwd -P)
data=${XDG_DATA_HOME:-$HOME/.local/share}
bin=$HOME/.local/bin

refresh() {
    if command -v "$1" >/dev/null 2>&1; then "$1" "$2" >/dev/null 2>&1 || true; fi
}

(cd "$here/share" && find applications icons mime -type f) | while IFS= read -r file; do
    rm -f "$data/$file"
done
case $(readlink "$bin/gan-studio" 2>/dev/null || true) in
"${GAN_STUDIO_LAUNCHER:-$here/gan-studio}" | "$data/GAN Studio/app/"*) rm -f "$bin/gan-studio" ;;
esac

if [ -d "$data/applications" ]; then refresh update-desktop-database "$data/applications"; fi
if [ -d "$data/mime" ]; then refresh update-mime-database "$data/mime"; fi
if [ -d "$data/icons/hicolor" ]; then refresh gtk-update-icon-cache "$data/icons/hicolor"; fi
# After that: what has just been refreshed has to be there for it.
(cd "$here/share" && find applications icons mime -type f) | while IFS= read -r file; do
    if [ -d "$data" ]; then (cd "$data" && rmdir -p "$(dirname "$file")" 2>/dev/null) || true; fi
done

echo "GAN Studio is out of the menu."
heading="Your own things are untouched:"
show() { # the folder $1, if there is one
    if [ ! -d "$1" ]; then return; fi
    if [ -n "$heading" ]; then echo "$heading"; fi
    heading=
    echo "  $1${2-}"
}
show "$data/GAN Studio/runs"
show "$data/GAN Studio/trash" "   (runs that you deleted)"
show "${XDG_CONFIG_HOME:-$HOME/.config}/GAN Studio" "   (settings)"
show "${XDG_CACHE_HOME:-$HOME/.cache}/GAN Studio" "   (downloads; can be deleted at any time)"
show "$here/GAN Studio data" "   (the portable folder)"
