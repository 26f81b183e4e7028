"""The literal oracle's work in vectorised NumPy: draw pairs from pi_ref(.|x)^2, test ||W(phi_1 - phi_2)||^2 > nu^2, stop at the first hit.

Run by literal-oracle.ts: one JSON request a line on stdin, one JSON answer a line on stdout. One thread. float64 wherever a distance is computed.

Variants (each draws `batch` pairs at once; the driver tries several sizes and keeps the fastest):
  choice         Generator.choice, distances looked up in an R x R table
  searchsorted   inverse of the cdf, same table
  alias          Walker's alias method on 32-bit words, same table
  alias-buffers  the same with a table of outcomes (bool), narrow types and no temporaries
  alias-states   no response is named: outcomes are tabulated over (column, kept or not) of both words
  joint-alias    no response is drawn: one alias table of the R^2 pairs, one word a pair
  difference     alias-buffers' draws; W(phi_1 - phi_2) by a matrix product for every pair
  whitened       the same with W phi computed once per response
  word-filter    no response is drawn unless its word lies where the one that all passing pairs need is drawn: two
                 comparisons a pair, as our kernel does; the driver says which response that is
Bit generator: SFC64, the fastest that NumPy has.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402


def alias_table(weights):
    """Vose's construction: probability of keeping each column, and its alias."""
    size = len(weights)
    keep, alias = np.ones(size), np.arange(size)
    scaled = weights / weights.sum() * size
    small = [i for i in range(size) if scaled[i] < 1]
    large = [i for i in range(size) if scaled[i] >= 1]
    while small and large:
        s, l = small.pop(), large.pop()
        keep[s], alias[s] = scaled[s], l
        scaled[l] += scaled[s] - 1
        (small if scaled[l] < 1 else large).append(l)
    return keep, alias


class Case:
    """Tables of one case, and the batches of every variant."""

    def __init__(self, spec, seed=1):
        self.rng = np.random.Generator(np.random.SFC64(seed))
        self.raw = self.rng.bit_generator.random_raw
        self.x, self.r, self.d = spec["prompts"], spec["responses"], spec["dimension"]
        self.limit = spec["limit"]
        self.bits = self.r.bit_length() - 1
        assert 1 << self.bits == self.r, "R must be a power of two"
        self.p = np.array(spec["reference"]).reshape(self.x, self.r)
        self.features = np.array(spec["features"]).reshape(self.x, self.r, self.d)
        self.w = np.array(spec["whitening"]).reshape(self.d, self.d)
        self.white = self.features @ self.w.T
        self.buffers = {}
        r, column = self.r, 1 << (32 - self.bits)
        self.cdf = np.cumsum(self.p, axis=1) / self.p.sum(axis=1, keepdims=True)
        # Row x of the flat cdf lives in (x, x+1]: one searchsorted serves every prompt.
        self.flat_cdf = (self.cdf + np.arange(self.x)[:, None]).ravel()
        tables = [alias_table(p) for p in self.p]
        keep = np.array([k for k, _ in tables])
        thresholds = np.floor((np.arange(r) + keep) * column)
        self.thresholds = np.minimum(2**32 - 1, thresholds).astype(np.uint32).ravel()
        self.alias = np.array([a for _, a in tables]).ravel()
        narrow = np.uint8 if r <= 256 else np.intp
        self.outcome = np.empty(2 * r * self.x, dtype=narrow)
        self.outcome[0::2], self.outcome[1::2] = np.tile(np.arange(r), self.x), self.alias

    def aim(self, nu):
        """The tables of one test."""
        self.nu2 = nu * nu
        h = self.white
        norms = (h**2).sum(axis=2)
        gram = h @ h.transpose(0, 2, 1)
        self.covered = None
        self.distances = np.maximum(0, norms[:, :, None] + norms[:, None, :] - 2 * gram).ravel()
        passes = self.distances > self.nu2
        self.passes = passes
        r = self.r
        if r > 16:
            return
        # Over outcomes: state 2c + above of the left word, then of the right one, in one 16-bit index.
        rows = np.stack([np.tile(np.arange(r), self.x), self.alias], axis=1).reshape(self.x, 2 * r)
        states = np.zeros((self.x, 256, 256), dtype=bool)
        for x in range(self.x):
            table = passes.reshape(self.x, r, r)[x]
            states[x, : 2 * r, : 2 * r] = table[rows[x][:, None], rows[x][None, :]]
        self.states = states.ravel()
        joint = [alias_table(np.outer(p, p).ravel()) for p in self.p]
        column = 1 << (32 - 2 * self.bits)
        keep = np.array([k for k, _ in joint])
        self.joint_thresholds = np.minimum(2**32 - 1, np.floor((np.arange(r * r) + keep) * column)).astype(np.uint32).ravel()
        both = passes.reshape(self.x, r * r)
        self.joint_passes = np.stack([both, np.stack([both[x][a] for x, (_, a) in enumerate(joint)])], axis=2).ravel()

    def prompts(self, n):
        """Index of every pair's prompt: `limit` pairs at each; None where there is one prompt."""
        if self.x == 1:
            return None
        return np.repeat(self.rng.integers(0, self.x, -(-n // self.limit)), self.limit)[:n]

    def buffer(self, name, n, dtype):
        key = (name, n)
        if key not in self.buffers:
            self.buffers[key] = np.empty(n, dtype)
        return self.buffers[key]

    def look_up(self, left, right, x):
        index = left * self.r + right
        if x is not None:
            index += x * self.r**2
        return self.distances[index] > self.nu2

    def choice(self, n):
        if self.x != 1:
            raise LookupError("one law at a time")
        return self.look_up(self.rng.choice(self.r, n, p=self.p[0]), self.rng.choice(self.r, n, p=self.p[0]), None)

    def searchsorted(self, n):
        x = self.prompts(n)
        u, v = self.rng.random(n), self.rng.random(n)
        if x is None:
            left, right = (self.cdf[0].searchsorted(t, side="right") for t in (u, v))
        else:
            left, right = (self.flat_cdf.searchsorted(t + x, side="right") - x * self.r for t in (u, v))
        return self.look_up(left, right, x)

    def alias_rows(self, words, x):
        column = (words >> np.uint32(32 - self.bits)).astype(np.intp)
        at = column if x is None else column + x * self.r
        return np.where(words < self.thresholds[at], column, self.alias[at])

    def plain_alias(self, n):
        x = self.prompts(n)
        words = self.raw(n).view(np.uint32)
        return self.look_up(self.alias_rows(words[:n], x), self.alias_rows(words[n:], x), x)

    def outcomes(self, n, x):
        """Left and right responses, interleaved, as narrow integers."""
        words = self.raw(n).view(np.uint32)
        at = np.right_shift(words, 32 - self.bits, out=self.buffer("at", 2 * n, np.intp), casting="unsafe")
        if x is not None:
            at += np.repeat(x * self.r, 2)
        threshold = np.take(self.thresholds, at, out=self.buffer("threshold", 2 * n, np.uint32), mode="clip")
        above = np.greater_equal(words, threshold, out=self.buffer("above", 2 * n, bool))
        at += at
        at += above
        return np.take(self.outcome, at, out=self.buffer("rows", 2 * n, self.outcome.dtype), mode="clip")

    def alias_buffers(self, n):
        x = self.prompts(n)
        rows = self.outcomes(n, x)
        pair = np.left_shift(rows[0::2], self.bits, out=self.buffer("pair", n, np.intp), casting="unsafe", dtype=np.intp)
        pair += rows[1::2]
        if x is not None:
            pair += x * self.r**2
        return np.take(self.passes, pair, out=self.buffer("hits", n, bool), mode="clip")

    def alias_states(self, n):
        x = self.prompts(n)
        words = self.raw(n).view(np.uint32)
        state = (words >> np.uint32(32 - self.bits)).astype(np.uint8)
        at = state if x is None else state + np.repeat(x * self.r, 2)
        above = words >= self.thresholds.take(at, mode="clip")
        state += state
        state |= above.view(np.uint8)
        # On a little-endian machine the left word is the low byte: the table is symmetric.
        index = state.view(np.uint16)
        return self.states.take(index if x is None else index + (x << 16), mode="clip")

    def joint_alias(self, n):
        x = self.prompts(n)
        words = self.raw(-(-n // 2)).view(np.uint32)[:n]
        at = np.right_shift(words, 32 - 2 * self.bits, out=self.buffer("at", n, np.intp), casting="unsafe")
        if x is not None:
            at += x * self.r**2
        above = words >= np.take(self.joint_thresholds, at, out=self.buffer("threshold", n, np.uint32), mode="clip")
        at += at
        at += above
        return np.take(self.joint_passes, at, out=self.buffer("hits", n, bool), mode="clip")

    def word_filter(self, n):
        if self.x != 1:
            raise LookupError("one law at a time")
        far = self.r - 1
        passes = self.passes.reshape(self.r, self.r)[:far, :far]
        if self.covered is None:
            self.covered = not passes.any()
        if not self.covered:
            return self.alias_buffers(n)
        # The rare response is kept in its own column only: nobody's alias.
        low, column = np.uint32(far << (32 - self.bits)), np.uint32(1 << (32 - self.bits))
        width = np.uint32(min(int(column) - 1, max(0, int(self.thresholds[far]) - int(low))))
        words = self.raw(n).view(np.uint32)
        inside = np.less_equal(np.subtract(words, low, out=self.buffer("gap", 2 * n, np.uint32)), width, out=self.buffer("inside", 2 * n, bool))
        return inside.view(np.uint16) != 0

    def difference(self, n):
        assert self.x == 1
        rows = self.outcomes(n, None)
        g = (self.features[0].take(rows[0::2], axis=0) - self.features[0].take(rows[1::2], axis=0)) @ self.w.T
        return np.einsum("ij,ij->i", g, g) > self.nu2

    def whitened(self, n):
        assert self.x == 1
        rows = self.outcomes(n, None)
        g = self.white[0].take(rows[0::2], axis=0)
        g -= self.white[0].take(rows[1::2], axis=0)
        return np.einsum("ij,ij->i", g, g) > self.nu2


VARIANTS = {
    "choice": Case.choice,
    "searchsorted": Case.searchsorted,
    "alias": Case.plain_alias,
    "alias-buffers": Case.alias_buffers,
    "alias-states": Case.alias_states,
    "joint-alias": Case.joint_alias,
    "word-filter": Case.word_filter,
    "difference": Case.difference,
    "whitened": Case.whitened,
}


def first_hit(draw, case, pairs, batch):
    """Pairs until the first hit, at most `pairs`; the number tested."""
    done = 0
    while done < pairs:
        n = min(batch, pairs - done)
        hits = draw(case, n)
        if hits.any():
            return done + int(hits.argmax()) + 1
        done += n
    return done


def nanoseconds(draw, case, pairs, batch):
    start = time.perf_counter()
    tested = first_hit(draw, case, pairs, batch)
    return (time.perf_counter() - start) / tested * 1e9


def answer(request, state):
    op = request["op"]
    if op == "about":
        return {"python": sys.version.split()[0], "numpy": np.__version__}
    if op == "load":
        state["case"] = Case(request["case"])
        state["batch"] = {}
        return {}
    case = state["case"]
    if op == "aim":
        case.aim(request["nu"])
        return {}
    variant = request["variant"]
    draw = VARIANTS[variant]
    if op == "rate":
        limit, case.limit = case.limit, 16
        try:
            return {"rate": int(np.count_nonzero(draw(case, request["pairs"]))) / request["pairs"]}
        finally:
            case.limit = limit
    pairs = request["pairs"]
    if op == "tune":
        sizes = [1 << k for k in range(9, 19) if 1 << k <= pairs]
        best = min((min(nanoseconds(draw, case, pairs, b) for _ in range(3)), b) for b in sizes)
        state["batch"][variant] = best[1]
        return {"batch": best[1], "ns": best[0]}
    # Short calls, as the other side's: a call that the scheduler interrupts is then the exception, and the median does not see it.
    batch = state["batch"][variant]
    pairs = max(batch, min(pairs, 1 << 16))
    until = time.perf_counter() + request["milliseconds"] / 1e3
    samples = []
    while not samples or time.perf_counter() < until:
        samples.append(nanoseconds(draw, case, pairs, batch))
    return {"ns": samples}


def main():
    state = {}
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line), state)
        except LookupError as error:
            reply = {"unavailable": str(error)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
