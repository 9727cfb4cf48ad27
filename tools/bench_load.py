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

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, n: int) -> float:
        return quantiles(self.times, n=100)[n - 1] if len(self.times) > 1 else float("nan")


def drive(port: int, *, path: str, says: str, cookie: str, seconds: float, most: int) -> Measured:
    """Ask for `path` over eight connections for so many seconds, or so many times if that comes first.

    An answer without `says` in it is an error, however fast it came.
    """
    times: list[float] = []
    errors: list[str] = []
    began = time.monotonic()
    until = began + seconds

    def one() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Host": "127.0.0.1", **({"Cookie": cookie} if cookie else {})}
        while time.monotonic() < until and len(times) < most:
            start = time.monotonic()
            try:
                connection.request("GET", quote(path, safe="/?=&"), headers=headers)
                response = connection.getresponse()
                good = response.status == 200 and says.encode() in response.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                good = False
            times.append((time.monotonic() - start) * 1000) if good else errors.append(path)
        connection.close()

    threads = [threading.Thread(target=one) for _n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Measured(time.monotonic() - began, times, len(errors))
