// A rough measure, to steer people towards several words. What counts in the end is the length the replica asks for.

export type PassphraseStrength = {
  readonly share: number
  readonly word: 'short' | 'weak' | 'fair' | 'strong'
}

const strongBits = 70

/** About how hard a passphrase is to guess: longer and less repetitive is stronger. */
export function passphraseStrength(passphrase: string, least: number): PassphraseStrength {
  if (passphrase.length < least) {
    return { share: Math.min(0.2, (passphrase.length / least) * 0.2), word: 'short' }
  }
  const bits = wordBits(passphrase)
  const share = Math.min(1, 0.25 + 0.75 * (bits / strongBits))
  return { share, word: bits < 40 ? 'weak' : bits < 60 ? 'fair' : 'strong' }
}

/** Each different word adds what its different letters carry, at most what a dictionary word does. */
function wordBits(passphrase: string): number {
  const words = new Set(
    passphrase
      .toLowerCase()
      .split(/[\s\-_.,;]+/)
      .filter((word) => word !== ''),
  )
  let bits = 0
  for (const word of words) bits += Math.min(14, new Set(word).size * 3) + (/[^a-z]/.test(word) ? 3 : 0)
  const letters = new Set(passphrase).size * 3
  // One long run of letters is worth more than one dictionary word, less than that many words.
  return words.size > 1 ? bits : Math.max(bits, Math.min(letters + passphrase.length, 64))
}
