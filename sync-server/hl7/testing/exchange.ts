import type { InboxSummary } from '../../store/contract.ts'
import { parseMessage } from '../parse/message.ts'
import { valueAt } from '../parse/path.ts'
import { sendMessages } from '../send.ts'
import type { Hospital } from './hospital.ts'

/** Sends one message after the other, waits until they are applied, answers what MSA says. */
export async function send({ hl7 }: Hospital, ...messages: readonly Buffer[]): Promise<string[]> {
  const answers = await sendMessages('127.0.0.1', hl7.port, messages)
  await hl7.idle()
  return answers.map((answer) => (answer === null ? 'closed' : textAt(answer, 'MSA-1')))
}

export function textAt(bytes: Buffer, path: string): string {
  const parsed = parseMessage(bytes)
  if (!parsed.ok) throw new Error(parsed.error.why)
  const value = valueAt(parsed.value, path)
  return value.kind === 'text' ? value.text : ''
}

/** Everything that came in, oldest first. */
export async function inbox({ store }: Hospital): Promise<readonly InboxSummary[]> {
  return (await store.inbox.list({ limit: 100 })).toReversed()
}

export async function states(from: Hospital): Promise<string[]> {
  return (await inbox(from)).map(({ state }) => state)
}
