/** Options of every command that makes units of work. */
import { integerFlag, switchFlag } from "../options.ts"

/** Most threads. */
const MOST_JOBS = 1024

export const jobsFlag = integerFlag(
  "jobs",
  "Threads that work at once; changes no result. Default: one less than the machine's cores, at least 1",
  1,
  MOST_JOBS
)

export const resumeFlag = switchFlag(
  "resume",
  "Go on where a stopped run in the same folder left off. So does the same call without it; with it, a folder that has nothing to go on from is said"
)
