import { sha256 as inJavaScript } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

/** The 32 bytes of SHA-256 over the UTF-8 of a text. */
type Digest = (text: string) => Uint8Array

let digest: Digest = (text) => inJavaScript(utf8ToBytes(text))

/** SHA-256 (FIPS 180-4) of a text's UTF-8: 32 bytes. In JavaScript, the same wherever `app` runs. */
export function sha256(text: string): Uint8Array {
  return digest(text)
}

/** For a program that has it in machine code: the same bytes, sooner. Holds for the whole process. */
export function digestBy(faster: Digest): void {
  digest = faster
}
