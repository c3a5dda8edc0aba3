"""The reference of a start: an empty Qt window in a process of its own. Seconds from its start to its first frame.

``python -m tests.benchmarks.empty_start --folder F`` prints one JSON line. The window has the size of the program's.
"""

import argparse
import json
import subprocess
import sys
import time


def inside(spawned: float) -> float:
    """In the new process: nothing but Qt."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    found: list[float] = []

    class FirstPaint(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.UpdateRequest and not found:
                found.append(0.0)
                QTimer.singleShot(0, done)
            return False

    def done() -> None:
        found[0] = time.monotonic() - spawned
        app.quit()

    app = QApplication(["empty"])
    window, paint = QWidget(), FirstPaint()
    window.resize(1440, 900)
    window.installEventFilter(paint)
    window.show()
    app.exec()
    return found[0]


def main() -> None:
    """One JSON line."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--folder")
    reading.add_argument("--spawned", type=float, default=0.0)
    arguments = reading.parse_args()
    if arguments.spawned:
        print(json.dumps({"first frame": inside(arguments.spawned)}))
        return
    words = [sys.executable, "-m", "tests.benchmarks.empty_start", "--spawned", str(time.monotonic())]
    told = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    print(json.dumps({"first frame": round(json.loads(told.splitlines()[-1])["first frame"], 3)}))


if __name__ == "__main__":
    main()
