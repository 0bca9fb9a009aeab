export { receiveReads } from './receive-reads.ts'
export { createRefusals } from './refusals.ts'
export type { Refusals, Refused } from './refusals.ts'
export { verifyAudit } from './verify.ts'
