import { AppError } from '#app/kernel/index.ts'
import { commonPasswords } from './common-passwords.ts'

// What a password may be when it is set (NIST SP 800-63B section 3.1.1.2, OWASP ASVS 5.0 V6.2): long, and nothing that is
// tried first. No rules about kinds of characters, and it never ends by age.

export const LEAST_CHARACTERS = 12

/** Shorter ones stand in too many other words. */
const tellingName = 4

/** Why a password is not taken; null: it is. `names`: what belongs to the person or the place, and is guessed first. */
export async function passwordRefusal(password: string, names: readonly string[]): Promise<AppError | null> {
  const text = password.normalize('NFKC').toLowerCase()
  if (Array.from(text).length < LEAST_CHARACTERS) return weak(`shorter than ${LEAST_CHARACTERS} characters`)
  const common = await commonPasswords()
  if (cores(text).some((core) => common.has(core))) return weak('one of those that are tried first')
  if (isMostly(text, ['rounds', ...names.flatMap(wordsOf)]))
    return weak('made of names that are easily guessed')
  return null
}

function weak(why: string): AppError {
  return new AppError('access.password-weak', { why })
}

/** The password itself, without the digits and signs around it, and what it only repeats. */
function cores(text: string): readonly string[] {
  const bare = text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  return [text, bare].flatMap((one) => [one, repeated(one)]).filter((one) => one !== '')
}

/** `abcabcabc` is `abc`. */
function repeated(text: string): string {
  return /^(.+?)\1+$/su.exec(text)?.[1] ?? text
}

function wordsOf(name: string): readonly string[] {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => Array.from(word).length >= tellingName)
}

/** Whether little is left where the words are taken out. */
function isMostly(text: string, words: readonly string[]): boolean {
  const left = words.reduce((rest, word) => rest.replaceAll(word, ''), text)
  return left !== text && Array.from(left).length < LEAST_CHARACTERS / 2
}
