/**
 * Source text of the dense kernels, as gpu.js compiles it best (2.24.1, measured: benchmarks/kernels).
 *
 * - On the CPU backends (cpu, webasm) every feature is read once into a local and the rest is unrolled: a read indexed by the thread costs webasm four
 *   scalar loads. Past {@link MOST_UNROLLED} dimensions, and on GPUs always, loops over blocks of {@link TILE}×{@link TILE}: a fully
 *   unrolled quadratic form takes a shader compiler seconds at d = 16 and minutes at d = 64.
 * - Rows lie row-major for CPUs, where a thread runs along a row, and feature-major for GPUs, where neighbouring threads read neighbouring numbers.
 *   Where a kernel loops they are padded to a multiple of {@link TILE} features with zeros, so that no loop has a remainder.
 */
import type { GpuBackend } from "../backend.ts"

/** Rows and columns of a block of W. */
export const TILE = 4
/**
 * Dimensions up to which CPU backends unroll. JavaScript's engine compiles a function of thousands of terms late (at d = 64 after 16 calls, of 50 ms each until
 * then) and no better than a loop: from d = 24 on the loop is faster.
 */
export const MOST_UNROLLED = { cpu: 16, webasm: 64 }
/** Rows that one cell of the Gram kernel sums. */
export const GRAM_ROWS = 256

export const isCpu = (backend: GpuBackend): backend is "cpu" | "webasm" => backend === "cpu" || backend === "webasm"
/** Whether a kernel's source for dimension d is written out, without a loop. */
export const unrolls = (backend: GpuBackend, d: number): boolean => isCpu(backend) && d <= MOST_UNROLLED[backend]
/** Features of a row as the kernels read it: d, rounded up to a multiple of {@link TILE} where they loop. */
export const padded = (backend: GpuBackend, d: number): number => (unrolls(backend, d) ? d : Math.ceil(d / TILE) * TILE)

/** Index of feature `j` of this thread's row among the constant `features`. */
const featureAt = (backend: GpuBackend, d: number, j: string): string =>
  isCpu(backend) ? `this.thread.x * ${padded(backend, d)} + ${j}` : `(${j}) * this.constants.count + this.thread.x`

const range = (n: number): ReadonlyArray<number> => Array.from({ length: n }, (_, i) => i)

/** ⟨θ, φ⟩. Constants: features, count. Argument: θ, padded. */
export const scoresSource = (backend: GpuBackend, d: number): string =>
  unrolls(backend, d)
    ? `function (theta) {
  return ${range(d)
    .map((j) => `theta[${j}] * this.constants.features[${featureAt(backend, d, String(j))}]`)
    .join(" + ")};
}`
    : `function (theta) {
  let sum = 0.0;
  for (let k = 0; k < ${padded(backend, d) / TILE}; k++) {
    ${range(TILE)
      .map(
        (u) =>
          `sum = sum + theta[k * ${TILE} + ${u}] * this.constants.features[${featureAt(backend, d, `k * ${TILE} + ${u}`)}];`
      )
      .join("\n    ")}
  }
  return sum;
}`

/** ‖Wφ‖². Constants: features, count. Argument: W as {@link packWhitening} lays it out. */
export const quadraticFormSource = (backend: GpuBackend, d: number): string => {
  if (unrolls(backend, d)) {
    const lines = range(d).map((j) => `const f${j} = this.constants.features[${featureAt(backend, d, String(j))}];`)
    for (const r of range(d)) {
      const terms = range(r + 1).map((j) => `w[${(r * (r + 1)) / 2 + j}] * f${j}`)
      lines.push(`const s${r} = ${terms.join(" + ")};`, `q = q + s${r} * s${r};`)
    }
    return `function (w) {\nlet q = 0.0;\n${lines.join("\n")}\nreturn q;\n}`
  }
  const tile = range(TILE)
  return `function (w) {
  let q = 0.0;
  for (let b = 0; b < ${padded(backend, d) / TILE}; b++) {
    ${tile.map((r) => `let s${r} = 0.0;`).join(" ")}
    for (let k = 0; k < b + 1; k++) {
      ${tile
        .map(
          (u) => `const f${u} = this.constants.features[${featureAt(backend, d, `k * ${TILE} + ${u}`)}];
      ${tile.map((r) => `s${r} = s${r} + w[(b * ${padded(backend, d)} + k * ${TILE} + ${u}) * ${TILE} + ${r}] * f${u};`).join(" ")}`
        )
        .join("\n      ")}
    }
    ${tile.map((r) => `q = q + s${r} * s${r};`).join(" ")}
  }
  return q;
}`
}

/** The lower triangle row by row where the source is unrolled; else [block of rows][column][row in block], zeros where there is nothing. */
export const packWhitening = (backend: GpuBackend, d: number, whitening: Float32Array): Float32Array => {
  if (unrolls(backend, d)) {
    const packed = new Float32Array((d * (d + 1)) / 2)
    for (let r = 0, at = 0; r < d; r++) for (let j = 0; j <= r; j++) packed[at++] = whitening[r * d + j]
    return packed
  }
  const side = padded(backend, d)
  const packed = new Float32Array(side * side)
  for (let r = 0; r < d; r++) {
    for (let j = 0; j <= r; j++) packed[(Math.floor(r / TILE) * side + j) * TILE + (r % TILE)] = whitening[r * d + j]
  }
  return packed
}

/**
 * ‖v_a − v_b‖², a = thread.y of `left`, b = thread.x of `right`: rows, row-major and padded. An index is written out at every read: a local that holds one would
 * be a float.
 */
export const pairDistancesSource = (backend: GpuBackend, d: number): string => {
  const side = padded(backend, d)
  const term = (j: string, u: number): string =>
    `const e${u} = left[this.thread.y * ${side} + ${j}] - right[this.thread.x * ${side} + ${j}]; sum = sum + e${u} * e${u};`
  const body = unrolls(backend, d)
    ? range(d).map((j) => term(String(j), j))
    : [`for (let k = 0; k < ${side / TILE}; k++) {`, ...range(TILE).map((u) => term(`k * ${TILE} + ${u}`, u)), "}"]
  return `function (left, right) {\nlet sum = 0.0;\n${body.join("\n")}\nreturn sum;\n}`
}

/** Rows that the Gram kernel takes in one turn of its loop. */
const GRAM_UNROLLED = 8

/** Entry (thread.y, thread.x) of ΦᵀΦ over the rows of chunk thread.z. Argument: features, row-major, zeros up to whole chunks. */
export const gramSource = (d: number): string => {
  const at = (u: number, axis: string): string =>
    `features[(this.thread.z * ${GRAM_ROWS} + k * ${GRAM_UNROLLED} + ${u}) * ${d} + this.thread.${axis}]`
  return `function (features) {
let sum = 0.0;
for (let k = 0; k < ${GRAM_ROWS / GRAM_UNROLLED}; k++) {
${range(GRAM_UNROLLED)
  .map((u) => `sum = sum + ${at(u, "y")} * ${at(u, "x")};`)
  .join("\n")}
}
return sum;
}`
}

/** Exponents below this give 0. Not a whole number: gpu.js would write an integer, which GLSL does not take for a float. */
const LEAST_EXPONENT = -104.5
/** Powers of two from e^{LEAST_EXPONENT} up to 1. */
const POWERS = 152
/** Below every logit: what a response without mass counts as. */
export const LOWEST = -1e30

/** Greatest logit of positive mass in segment thread.x. Arguments: logits, reference, segments (start, length), all of at most `length` responses. */
export const segmentMaximumSource = (length: number): string => `function (logits, reference, segments) {
  const start = segments[this.thread.x * 2];
  const size = segments[this.thread.x * 2 + 1];
  let most = ${LOWEST.toFixed(1)};
  for (let k = 0; k < ${length}; k++) {
    if (k < size) {
      if (reference[start + k] > 0.0) {
        most = Math.max(most, logits[start + k]);
      }
    }
  }
  return most;
}`

/**
 * π_ref·e^{logit − shift} of response thread.x of segment thread.y, 0 past its end. The exponential is Cephes's expf (S. Moshier), inlined: `Math.exp` is a call
 * per lane on webasm. Constant: {@link powersOfTwo}.
 */
export const segmentTermsSource = (): string => `function (logits, reference, segments, shifts) {
  const k = this.thread.x;
  const start = segments[this.thread.y * 2];
  if (k < segments[this.thread.y * 2 + 1]) {
    const at = start + k;
    let x = logits[at] - shifts[this.thread.y];
    if (x > 0.0) { x = 0.0; }
    if (x < ${LEAST_EXPONENT}) { x = ${LEAST_EXPONENT}; }
    const n = Math.floor(x * 1.44269504088896341 + 0.5);
    const r = x - n * 0.693359375 + n * 0.00021219444005469058;
    let p = r * 0.00019875691500 + 0.0013981999507;
    p = p * r + 0.0083334519073;
    p = p * r + 0.041665795894;
    p = p * r + 0.16666665459;
    p = p * r + 0.50000001201;
    p = p * r * r + r + 1.0;
    return reference[at] * p * this.constants.powers[n + ${POWERS - 1}.0];
  }
  return 0.0;
}`

/** 2ⁿ of n = 1 − {@link POWERS} … 0; 0 where float32 would be subnormal, as GPUs have it. */
export const powersOfTwo = (): Float32Array =>
  Float32Array.from({ length: POWERS }, (_, i) => (i + 1 - POWERS < -126 ? 0 : 2 ** (i + 1 - POWERS)))
