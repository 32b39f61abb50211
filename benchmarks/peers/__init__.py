"""This engine beside its peers: the same course in four libraries. See README.md beside this.

`worker`, `script` and the modules that end in _bot are run by the Python of each peer's own
environment, so they import nothing of ours but each other (`ours_bot` is our side).
"""


def main() -> None:
    """Run all of it. What it needs is imported here, so that the peers need not have it."""
    from benchmarks.peers.run import main as run

    run()
