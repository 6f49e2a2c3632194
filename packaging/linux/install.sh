#!/bin/sh
# Adds GAN Studio to the menu of this user: an entry, an icon, the kinds of its files, and the
# command gan-studio. No administrator is needed. The program stays where it is; after moving its
# folder, run this again. ./uninstall.sh takes all of it away.
set -eu

here=$(cd -- "$(dirname -- "$0")" && pwd -P)
program=${GAN_STUDIO_LAUNCHER:-$here/GAN Studio}
command=${GAN_STUDIO_LAUNCHER:-$here/gan-studio}
data=${XDG_DATA_HOME:-$HOME/.local/share}
bin=$HOME/.local/bin

case $program in
*[\"\$\`\\%]* | *'
'*)
    echo "A menu entry cannot start a program in a folder whose name has one of \" \$ \` \\ %." >&2
    echo "Rename it, and start this again: $program" >&2
    exit 1
    ;;
esac

refresh() { # a list that is not there, or a tool that is not, is no problem of this user
    if command -v "$1" >/dev/null 2>&1; then "$1" "$2" >/dev/null 2>&1 || true; fi
}

(cd "$here/share" && find icons mime -type f) | while IFS= read -r file; do
    mkdir -p "$data/$(dirname "$file")"
    cp "$here/share/$file" "$data/$file"
done

mkdir -p "$data/applications" "$bin"
escaped=$(printf '%s' "$program" | sed 's/[&|]/\\&/g')
sed "s|/opt/gan-studio/GAN Studio|$escaped|" "$here/share/applications/gan-studio.desktop" \
    >"$data/applications/gan-studio.desktop"
if [ -e "$bin/gan-studio" ] && [ ! -L "$bin/gan-studio" ]; then # from pip, say
    echo "There is a command $bin/gan-studio already, which is left as it is." >&2
else
    ln -sfn "$command" "$bin/gan-studio"
fi

refresh update-desktop-database "$data/applications"
refresh update-mime-database "$data/mime"
refresh gtk-update-icon-cache "$data/icons/hicolor"
touch "$data/icons/hicolor"

undo="\"$here/uninstall.sh\""
if [ -n "${GAN_STUDIO_LAUNCHER-}" ]; then undo="sh \"$GAN_STUDIO_LAUNCHER\" --uninstall"; fi
echo "GAN Studio is in the menu now. To take it out again: $undo"
case :$PATH: in
*:"$bin":*) ;;
*) echo "The command gan-studio is in $bin, which your shell does not search yet." ;;
esac
