export { boxesSchema, codeOf, fingerprintOf, openFirst, openSecond } from './two-of-three.ts'
export { recoveryKeysSchema, sealForTwo } from './two-of-three.ts'
export type { Boxes, KeyPair, RecoveryKeys, SealedBoxes } from './two-of-three.ts'
