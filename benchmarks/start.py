"""How long somebody waits: `syllabot version`, and the first card of `syllabot play`.

Each is a fresh process, beside one that does nothing but import the standard json module, in the
same run. Times are the median of several; a machine's noise is the spread. Memory is the most that
the process ever held (Linux: resident, in MB).
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 9
SYLLABOT = Path(sys.executable).with_name("syllabot")


def main() -> None:
    print(f"start: median of {ROUNDS} fresh processes (fastest to slowest)")
    baseline = measured("python, doing nothing", [sys.executable, "-c", "import json"])
    version = measured("syllabot version", [str(SYLLABOT), "version"])
    print(f"  {'':32} {version / baseline:5.1f} times the baseline; aim: under 0.3 s")
    with tempfile.TemporaryDirectory() as folder:
        card, memory = first_card(Path(folder) / "play.db")
    print(f"  {'play: its first card':32} {card * 1000:6.0f} ms, most memory {memory:.0f} MB")
    print(f"  {'':32} {card / baseline:5.1f} times the baseline; aim: under 1 s and 70 MB")


def measured(name: str, command: list[str]) -> float:
    """Seconds a command takes, by the median; printed with its spread."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    middle = statistics.median(times)
    spread = f"{min(times) * 1000:.0f} to {max(times) * 1000:.0f}"
    print(f"  {name:32} {middle * 1000:6.0f} ms ({spread})")
    return middle


def first_card(db: Path) -> tuple[float, float]:
    """Seconds until the first card stands on the screen, and the most memory in MB."""
    times, memory = [], 0.0
    for round_ in range(ROUNDS):
        file = db.with_name(f"{round_}.db")
        begun = time.perf_counter()
        process = subprocess.Popen(
            [str(SYLLABOT), "play", "--plain", "--db", str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None and process.stdin is not None
        for line in process.stdout:
            if line.startswith(b"1  "):
                break
        times.append(time.perf_counter() - begun)
        memory = max(memory, most_memory(process.pid))
        process.stdin.close()
        process.stdout.read()
        process.stdout.close()
        process.wait()
    return statistics.median(times), memory


def most_memory(pid: int) -> float:
    """The peak of a running process in MB; of all children where /proc does not say."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
