/**
 * The clock of a sandbox is of the audit's making: it says when it starts and how fast it goes, so that two runs of a trial under different clocks tell whether the
 * module reads one. Imported before anything else: what keeps a function of the clock keeps this one.
 */
import { type ClockSetting, TRUE_CLOCK } from "./clock-setting.ts"

const now = performance.now.bind(performance)
const cpuUsage = process.cpuUsage.bind(process)
const RealDate = Date
const wait = globalThis.setTimeout
const repeat = globalThis.setInterval
const born = now()
const bornAt = RealDate.now()
const bornMonotonic = process.hrtime.bigint()

let setting = TRUE_CLOCK
/** Milliseconds that the clock had gone when it was set, and when that was. */
let [gone, since] = [0, born]

/** Milliseconds since the process began, by this clock. */
const elapsed = (): number => gone + (now() - since) * setting.rate

/** Sets the clock: it goes on from where it is, at another rate, and leaps ahead. */
export const setClock = (next: ClockSetting): void => {
  const leap = next.ahead - setting.ahead
  ;[gone, since] = [elapsed() + leap, now()]
  setting = next
}

const nowMs = (): number => Math.floor(bornAt + elapsed())

class SandboxDate extends RealDate {
  constructor(...given: ReadonlyArray<unknown>) {
    if (given.length === 0) super(nowMs())
    else super(...(given as [number]))
  }
  static override now(): number {
    return nowMs()
  }
}
/** `Date()` without `new` is a text. */
const DateOfSandbox = new Proxy(SandboxDate, { apply: () => new SandboxDate().toString() })

const monotonic = (): bigint => bornMonotonic + BigInt(Math.round(1e6 * elapsed()))
const hrtime = (before?: readonly [number, number]): [number, number] => {
  const at = monotonic() - (before === undefined ? 0n : BigInt(before[0]) * 1_000_000_000n + BigInt(before[1]))
  return [Number(at / 1_000_000_000n), Number(at % 1_000_000_000n)]
}

const define = (target: object, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false })
}

define(globalThis, "Date", DateOfSandbox)
define(RealDate.prototype, "constructor", DateOfSandbox)
define(Object.getPrototypeOf(performance) as object, "now", () => born + elapsed())
define(process, "hrtime", Object.assign(hrtime, { bigint: monotonic }))
define(process, "uptime", () => (born + elapsed()) / 1000)
define(process, "cpuUsage", () => ({ user: Math.round(1000 * elapsed()), system: 0 }))
/** Timers go by the same clock. A `TimeoutOverflowWarning` is the module's own affair. */
define(globalThis, "setTimeout", (run: (...rest: ReadonlyArray<unknown>) => void, ms = 1, ...rest: Array<unknown>) =>
  wait(run, ms / setting.rate, ...rest)
)
define(globalThis, "setInterval", (run: (...rest: ReadonlyArray<unknown>) => void, ms = 1, ...rest: Array<unknown>) =>
  repeat(run, ms / setting.rate, ...rest)
)

/** The machine's own, for the sandbox. */
export const realTimeout = wait
export const realNow = now
export const realCpuUsage = cpuUsage
