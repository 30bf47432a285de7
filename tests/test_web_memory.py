"""What was worked with is given back (内存归还): after large arrays of many threads are gone, the process is small again."""

import subprocess
import sys

RUN = """
import sys, threading
import numpy as np
from dashboard.web.memory import give_back
assert give_back() is True
def held(): return int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]) / 1024
before, kept = held(), []
def work():
    for _ in range(3):  # the first round teaches glibc to keep such sizes in its heaps
        arrays = [np.ones(150_000) for _ in range(100)]  # 120 MB
        kept.append(arrays[-1])  # something stays behind them, as caches do
        del arrays
threads = [threading.Thread(target=work) for _ in range(4)]
for one in threads: one.start()
for one in threads: one.join()
print(held() - before)
"""


def test_what_threads_worked_with_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 40, done.stdout  # MB, of 480
