import type { Signer } from '../session/signer.ts'

/** For servers that believe everybody. */
export const nobodysSigner: Signer = {
  publicKey: () => Promise.resolve(`${'A'.repeat(43)}=`),
  sign: () => Promise.resolve('AAAA'),
}
