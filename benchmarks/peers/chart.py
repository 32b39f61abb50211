"""The picture for the README: turns a second, and what a SIGKILL lost, of each peer.

    python -m benchmarks.peers.chart

draws it anew from results.json. It has a light ground of its own, so that it reads the same on a
dark page, and each bar has its number in words.
"""

import json
from pathlib import Path
from typing import Any

from benchmarks.peers.results import MAIN, OURS, Cell, Killed, Results, middle

HERE = Path(__file__).parent
INK, PALE, GROUND = "#1F2430", "#9AA3B5", "#FBFAF7"
ACCENT, LOST = "#4F6BED", "#C2410C"


def draw(results: Results, path: Path, learners: int = MAIN) -> None:
    """Both halves share the peers' names; the slowest is not left out."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    peers = list(results.titles)
    flight = max(cell.flight for cell in results.walks)
    figure, (left, right) = pyplot.subplots(
        1, 2, sharey=True, figsize=(10, 0.42 * len(peers) + 1.3), width_ratios=(3, 2)
    )
    figure.set_facecolor(GROUND)
    speed(left, results, [Cell(peer, learners, flight) for peer in peers])
    losses(right, results, peers)
    left.set_yticks(range(len(peers)), [results.titles[peer] for peer in peers], color=INK)
    left.invert_yaxis()
    left.set_title(f"Turns a second, {learners:,} learners, {flight} at once", **TITLE)
    right.set_title("Turns lost, bot and store killed at once", **TITLE)
    for half in (left, right):
        half.set_facecolor(GROUND)
        half.spines[:].set_visible(False)
        half.tick_params(length=0, labelsize=9)
        half.set_xticks([])
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)


TITLE: dict[str, Any] = {"loc": "left", "fontsize": 10, "color": INK}


def speed(half: Any, results: Results, cells: list[Cell]) -> None:
    """Medians as bars, with a line from the lowest to the highest."""
    rounds = [[one.rate for one in results.walks[cell]] for cell in cells]
    medians = [middle(rates) for rates in rounds]
    colours = [ACCENT if cell.peer.startswith(OURS) else PALE for cell in cells]
    half.barh(range(len(cells)), medians, 0.62, color=colours)
    for place, rates in enumerate(rounds):
        half.plot([min(rates), max(rates)], [place, place], color=INK, linewidth=1)
        end = max(rates) + max(medians) * 0.02
        half.text(end, place, f"{medians[place]:,.0f}", va="center", fontsize=9, color=INK)
    half.set_xlim(0, max(map(max, rounds)) * 1.15)


def losses(half: Any, results: Results, peers: list[str]) -> None:
    """The share of the acknowledged turns that was lost, in percent, with the number."""
    for place, peer in enumerate(peers):
        worst = results.losses.get(Killed(peer, True)) or results.losses.get(Killed(peer, False))
        if not worst:
            continue
        lost, of = (middle([getattr(o, name) for o in worst]) for name in ("lost", "acknowledged"))
        half.barh(place, lost / of * 100, 0.62, color=LOST)
        text = f"{lost:,.0f} of {of:,.0f}" if lost else "none"
        if broken := sum(one.unreadable for one in worst):
            text += f"; all of them {broken} times of {len(worst)}"
        half.text(lost / of * 100 + 2, place, text, va="center", fontsize=9, color=INK)
    half.set_xlim(0, 175)


def main() -> None:
    results = Results.of_json(json.loads((HERE / "results.json").read_text()))
    draw(results, HERE / "peers.png")


if __name__ == "__main__":
    main()
