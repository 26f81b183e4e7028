"""The kernels in NumPy (and PyTorch where present), float32, for kernels.ts: one JSON request a line, one JSON answer a line.

Threads: as OMP_NUM_THREADS says. Every way is the fastest we know; `ns` gives nanoseconds a call.
"""
import json
import os
import sys
import time

for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

import numpy as np  # noqa: E402

try:
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
except ImportError:
    torch = None

PROMPT = 256
BLOCK = 4096


def ways(kernel, n, d):
    """Name and function of each way to compute the kernel on its own random data."""
    rng = np.random.default_rng(1)
    random = lambda *shape: rng.random(shape, dtype=np.float32)  # noqa: E731
    if kernel == "score":
        f, theta, out = random(n, d), random(d), np.empty(n, np.float32)
        yield "matmul", lambda: np.matmul(f, theta, out=out)
        if torch:
            tf, tt = torch.from_numpy(f), torch.from_numpy(theta)
            yield "torch", lambda: torch.mv(tf, tt)
    elif kernel == "quadratic-form":
        f, w = random(n, d), np.tril(random(d, d))
        g, q = np.empty((n, d), np.float32), np.empty(n, np.float32)

        def rows(a, b):
            np.matmul(f[a:b], w.T, out=g[a:b])
            np.einsum("ij,ij->i", g[a:b], g[a:b], out=q[a:b])

        yield "whole", lambda: rows(0, n)

        def blocked():
            for a in range(0, n, BLOCK):
                rows(a, min(n, a + BLOCK))

        yield "blocked", blocked
        s = w.T @ w
        yield "inverse", lambda: np.einsum("ij,ij->i", np.matmul(f, s, out=g), f, out=q)
        if torch:
            tf, tw = torch.from_numpy(f), torch.from_numpy(w)
            yield "torch", lambda: (tf @ tw.T).square_().sum(1)
    elif kernel == "pair-distances":
        w, out = random(n, d), np.empty((n, n), np.float32)

        def expansion():
            norms = np.einsum("ij,ij->i", w, w)
            np.matmul(w, w.T, out=out)
            np.multiply(out, np.float32(-2), out=out)
            np.add(out, norms[:, None], out=out)
            np.add(out, norms, out=out)

        yield "expansion", expansion

        def augmented():
            norms, ones = np.einsum("ij,ij->i", w, w)[:, None], np.ones((n, 1), np.float32)
            left = np.concatenate([np.float32(-2) * w, norms, ones], 1)
            np.matmul(left, np.concatenate([w, ones, norms], 1).T, out=out)

        yield "augmented", augmented
        if torch:
            tw = torch.from_numpy(w)
            yield "torch", lambda: torch.cdist(tw, tw)
    elif kernel == "softmax":
        r = min(n, PROMPT)
        logits, ref = random(n // r, r), random(n // r, r)

        def softmax():
            top = logits.max(1, keepdims=True)
            e = np.exp(logits - top)
            e *= ref
            s = e.sum(1, keepdims=True)
            e /= s
            return e, top + np.log(s)

        yield "exp", softmax
    elif kernel == "gram":
        f = random(n, d)
        yield "matmul", lambda: f.T @ f
        if torch:
            tf = torch.from_numpy(f)
            yield "torch", lambda: tf.T @ tf
    elif kernel == "first-accepted":
        gen = np.random.Generator(np.random.SFC64(1))
        cdf, accept = np.cumsum(np.full(PROMPT, 1 / PROMPT)), np.full(PROMPT, 1e-12)
        keep = np.full(PROMPT, 2**32 - 1, np.uint32)
        alias = np.arange(PROMPT, dtype=np.uint8)

        def accepted(batch):
            def run():
                for a in range(0, n, batch):
                    m = min(batch, n - a)
                    words = gen.bit_generator.random_raw((m + 1) // 2).view(np.uint32)[:m]
                    column = (words >> np.uint32(24)).astype(np.uint8)
                    rows = np.where(words < keep.take(column), column, alias.take(column))
                    hits = gen.random(m) < accept.take(rows)
                    if hits.any():
                        return a + int(hits.argmax())
                return -1

            return run

        yield "alias", accepted(8192)
        yield "alias-large", accepted(65536)

        def coins_first(batch):
            greatest = accept.max()

            def run():
                for a in range(0, n, batch):
                    low = np.flatnonzero(gen.random(min(batch, n - a)) < greatest)
                    if low.size:
                        rows = np.searchsorted(cdf, gen.random(low.size))
                        if (gen.random(low.size) * greatest < accept[rows]).any():
                            return a
                return -1

            return run

        yield "coins-first", coins_first(8192)


def main():
    loaded = {}
    for line in sys.stdin:
        request = json.loads(line)
        if request["op"] == "about":
            answer = {"numpy": np.__version__, "python": sys.version.split()[0], "torch": torch.__version__ if torch else None}
        elif request["op"] == "load":
            loaded = dict(ways(request["kernel"], request["N"], request["d"]))
            for way in loaded.values():
                way()
            answer = {"ways": list(loaded)}
        else:
            way, samples = loaded[request["way"]], []
            until = time.perf_counter() + request["milliseconds"] / 1e3
            while not samples or time.perf_counter() < until:
                start = time.perf_counter()
                way()
                samples.append((time.perf_counter() - start) * 1e9)
            answer = {"ns": samples}
        print(json.dumps(answer), flush=True)


main()
