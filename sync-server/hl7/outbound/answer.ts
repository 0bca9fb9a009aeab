import { parseMessage } from '../parse/message.ts'
import { valueAt } from '../parse/path.ts'
import type { Message } from '../parse/message.ts'

/** What a destination says of a message. `code`: MSA-1; `condition`: ERR-3, or nothing. Codes only: its words may name people. */
export type Answer = { readonly accepted: boolean; readonly code: string; readonly condition: string }

/**
 * Reads an answer. Null where it is none to this message: only MSA-2 tells, whatever the order of what comes back, and a
 * code that HL7 does not know accepts nothing.
 */
export function answerTo(controlId: string, frame: Buffer): Answer | null {
  const parsed = parseMessage(frame)
  if (!parsed.ok || textAt(parsed.value, 'MSA-2') !== controlId) return null
  const code = textAt(parsed.value, 'MSA-1').toUpperCase()
  if (!/^[AC][AER]$/.test(code)) return null
  const condition = textAt(parsed.value, 'ERR-3')
  return {
    accepted: code.endsWith('A'),
    code,
    condition: /^[A-Z0-9]{1,20}$/i.test(condition) ? condition : '',
  }
}

function textAt(message: Message, path: string): string {
  const value = valueAt(message, path)
  return value.kind === 'text' ? value.text.trim() : ''
}
