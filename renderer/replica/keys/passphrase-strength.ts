import type { PassphraseStrength } from '#app/protocol/index.ts'

/**
 * How hard a passphrase is to guess for somebody with lists of words, names and patterns (zxcvbn; Wheeler, USENIX Security 2016).
 * The lists are read when one is set, where its key is made, and go with that Worker.
 */
export async function strengthOf(passphrase: string): Promise<PassphraseStrength> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  const { guessesLog10 } = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs }).check(passphrase)
  if (guessesLog10 < 8) return 'weak'
  return guessesLog10 < 12 ? 'fair' : 'strong'
}
