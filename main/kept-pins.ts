import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

// The keys of the server that this machine believes: those that an administrator laid down, and those that the server itself
// has announced, at the enrolment and with each session since, over a connection that was believed already. So a server can change
// its key, and nobody else can come in its place.

const fileSchema = z.strictObject({ server: z.string(), pins: z.array(z.base64().length(44)).max(16) })

export type KeptPins = {
  /** Empty: nothing was ever pinned, and the system decides. */
  all(): readonly string[]
  /** The key of a certificate that was just believed. */
  believed(pin: string): void
  /**
   * In the place of what was announced before, if the key that is shown now is among them: whoever names others than their own
   * keys would lock this machine out. False: nothing was kept.
   */
  announced(pins: readonly string[]): boolean
}

type KeptPinsOptions = {
  readonly file: string
  readonly server: string
  /** By the administrator's settings. They hold beside what is announced. */
  readonly laidDown: readonly string[]
  /** What is believed has changed: answers that were kept by the old ones count no more. */
  readonly onChange: () => void
}

export function keptPins({ file, server, laidDown, onChange }: KeptPinsOptions): KeptPins {
  let kept = readKept(file, server)
  let shown: string | null = null
  return {
    all: () => [...new Set([...laidDown, ...kept])],
    believed(pin) {
      shown = pin
    },
    announced(pins) {
      if (shown === null || !pins.includes(shown)) return false
      if (pins.length === kept.length && pins.every((pin) => kept.includes(pin))) return true
      // Whole or not at all: half a file would pin nothing.
      const draft = `${file}.new`
      writeFileSync(draft, JSON.stringify({ server, pins }), { mode: 0o600, flush: true })
      renameSync(draft, file)
      kept = pins
      onChange()
      return true
    },
  }
}

function readKept(file: string, server: string): readonly string[] {
  try {
    const parsed = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return parsed.server === server ? parsed.pins : []
  } catch {
    return []
  }
}
