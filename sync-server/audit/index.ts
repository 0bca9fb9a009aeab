export { receiveReads } from './receive-reads.ts'
export { verifyAudit } from './verify.ts'
