export { verifyAudit } from './verify.ts'
export type { Verification } from './verify.ts'
