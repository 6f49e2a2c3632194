"""What macOS is told of GAN Studio.app: the program's spec puts this into its Info.plist."""

from __future__ import annotations

from typing import Any

BUNDLE_ID = "io.github.gan_studio.GanStudio"
# The oldest system that the packages of torch 2.11 and PySide6 6.10 for macOS both start on.
OLDEST_MACOS = "14.0"
LESSON = f"{BUNDLE_ID}.lesson"
RUN = f"{BUNDLE_ID}.run"
KINDS = (
    (LESSON, "GAN Studio lesson", "ganlesson", "application/x-gan-studio-lesson+json"),
    (RUN, "GAN Studio run", "ganrun", "application/x-gan-studio-run+json"),
)


def entries(version: str) -> dict[str, Any]:
    """The entries beside those that PyInstaller writes itself."""
    return {
        "CFBundleIdentifier": BUNDLE_ID,
        "CFBundleName": "GAN Studio",
        "CFBundleDisplayName": "GAN Studio",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleDocumentTypes": [_document(*kind) for kind in KINDS],
        "UTExportedTypeDeclarations": [_type(*kind) for kind in KINDS],
        "LSApplicationCategoryType": "public.app-category.education",
        "LSMinimumSystemVersion": OLDEST_MACOS,
        "NSHighResolutionCapable": True,
        # Qt follows the system between light and dark by itself.
        "NSRequiresAquaSystemAppearance": False,
        "NSHumanReadableCopyright": "The GAN Studio developers. MIT licence.",
    }


def _document(identifier: str, name: str, ending: str, mime: str) -> dict[str, Any]:
    return {
        "CFBundleTypeName": name,
        "CFBundleTypeRole": "Editor" if identifier == LESSON else "Viewer",
        "CFBundleTypeIconFile": "gan-studio.icns",
        "LSHandlerRank": "Owner",
        "LSItemContentTypes": [identifier],
    }


def _type(identifier: str, name: str, ending: str, mime: str) -> dict[str, Any]:
    return {
        "UTTypeIdentifier": identifier,
        "UTTypeDescription": name,
        "UTTypeConformsTo": ["public.json"],
        "UTTypeTagSpecification": {
            "public.filename-extension": [ending],
            "public.mime-type": [mime],
        },
    }
