"""What the program has to say without being asked: one thing after the other, and nothing is lost.

A start may have several: the last window crashed, a run went on without it, a queue is unfinished.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from gan_studio.gui.run_shelf import Offer
    from gan_studio.gui.widgets.banner import Banner

RANKS = {"error": 0, "warning": 1, "info": 2}


class Notices(QObject):
    """Offers that wait for their turn on the banner of the visible page, the gravest first.

    What answers a person's act is shown at once, in place of a notice, which then comes again. A
    notice is settled when a person dismisses it or takes what it offers. A page that clears its
    banner does not settle it, nor does a change of pages; one that merely informs stays on the page
    where it was shown. Whatever is untrue by now is taken away, wherever it is shown.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Offer] = []
        self._shown: Offer | None = None
        self._banner: Banner | None = None
        self._left: list[tuple[Banner, Offer]] = []  # stands there, and is not shown again

    def add(self, offer: Offer) -> None:
        """Show it when it is its turn; a graver one than that on the screen takes its place."""
        self._waiting.append(offer)
        self._waiting.sort(key=_rank)
        if self._shown is not None and _rank(self._shown) > _rank(offer):
            self._put_back()
            self._show(self._waiting.pop(0))
        else:
            self._show_next()

    def follow(self, banner: Banner) -> None:
        """Another page is visible, with this banner."""
        before = self._banner
        if banner is before:
            return
        if before is not None:
            before.closed.disconnect(self._on_closed)
            before.replaced.disconnect(self._on_replaced)
            self._leave(before)
        self._banner = banner
        banner.closed.connect(self._on_closed)
        banner.replaced.connect(self._on_replaced)
        self._show_soon()

    def _leave(self, banner: Banner) -> None:
        shown = self._shown
        if shown is not None and shown.kind != "info":
            self._put_back()
            banner.clear()
        elif shown is not None:
            self.watch(banner, shown)
        self._shown = None

    def watch(self, banner: Banner, offer: Offer) -> None:
        """Take this away from a banner, if it is still there, once it does not hold any more."""
        self._left = [*self._still_there(), (banner, offer)]

    def _still_there(self) -> list[tuple[Banner, Offer]]:
        return [(banner, offer) for banner, offer in self._left if banner.shows(offer)]

    @Slot(bool)
    def _on_closed(self, is_settled: bool) -> None:
        if not is_settled:
            self._put_back()
        self._shown = None
        self._show_soon()

    @Slot()
    def _on_replaced(self) -> None:
        self._put_back()

    def _put_back(self) -> None:
        """Before all others of its kind."""
        offer, self._shown = self._shown, None
        if offer is not None:
            self._waiting.insert(0, offer)
            self._waiting.sort(key=_rank)

    def _show_soon(self) -> None:
        """After what the page does next: it may have something of its own to say."""
        QTimer.singleShot(0, self, self._show_next)

    def look_again(self, *news: object) -> None:
        """Drop what does not hold any more."""
        if self._shown is not None and self._banner is not None and not _holds(self._shown):
            self._shown = None
            self._banner.clear()
        for banner, offer in self._still_there():
            if not _holds(offer):
                banner.clear()
        self._show_soon()

    @Slot()
    def _show_next(self) -> None:
        self._waiting = [offer for offer in self._waiting if _holds(offer)]
        if self._waiting and self._banner is not None and not self._banner.kind:
            self._show(self._waiting.pop(0))

    def _show(self, offer: Offer) -> None:
        if self._banner is not None:
            self._banner.show_offer(offer)
            self._shown = offer


def _holds(offer: Offer) -> bool:
    return all(is_true is None or is_true() for is_true in (offer.waits, offer.holds))


def _rank(offer: Offer) -> int:
    return RANKS[offer.kind]
