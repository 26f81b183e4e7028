/** The auditor's catalogue: wrong variants of every built-in algorithm, each with what it must fail, and correct ones that nothing may refute. Power and false alarms are measured on it (`npm run bench -- --suite audit-power`). */
import type { AuditFault } from "./audit-fault.ts"
import { strongFaults } from "./strong-faults.ts"
import { weakFaults } from "./weak-faults.ts"

export const auditFaults: ReadonlyArray<AuditFault> = [...weakFaults, ...strongFaults]
export { auditVariants } from "./variants.ts"
