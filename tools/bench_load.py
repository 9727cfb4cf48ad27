"""A small load generator: a few connections that are kept open, each asking for the same page again and again."""

import http.client
import threading
import time
from dataclasses import dataclass
from statistics import quantiles
from urllib.parse import quote

CONNECTIONS = 8


@dataclass(frozen=True)
class Measured:
    seconds: float
    times: list[float]  # of the good answers, in ms
    errors: int
    answers: int  # all, with those of the warm-up

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, n: int) -> float:
        return quantiles(self.times, n=100)[n - 1] if len(self.times) > 1 else float("nan")


def drive(port: int, *, path: str, says: str, cookie: str, warm_up: float, seconds: float) -> Measured:
    """Ask for `path` over eight connections for so long; answers during the warm-up are not timed.

    An answer without `says` in it is an error, however fast it came.
    """
    answers: list[tuple[float, float, bool]] = []  # when it was asked for, ms, whether it was good
    began = time.monotonic()
    until = began + warm_up + seconds
    headers = {"Host": "127.0.0.1", **({"Cookie": cookie} if cookie else {})}
    address = quote(path, safe="/?=&")

    def keep_asking() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while (start := time.monotonic()) < until:
            try:
                connection.request("GET", address, headers=headers)
                response = connection.getresponse()
                good = response.status == 200 and says.encode() in response.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                good = False
            answers.append((start, (time.monotonic() - start) * 1000, good))
        connection.close()

    threads = [threading.Thread(target=keep_asking) for _n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    timed = [answer for answer in answers if answer[0] >= began + warm_up]
    times = [ms for _start, ms, good in timed if good]
    return Measured(time.monotonic() - began - warm_up, times, len(timed) - len(times), len(answers))
