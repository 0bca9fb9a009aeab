import { labelOf } from '#app/modules/shared/labels.ts'
import type { ConsoleAnswer } from '../../../console-api/protocol/console.ts'
import type { ConsoleMarkedRecord } from '../../../console-api/protocol/privacy/mark-calls.ts'

type Mark = ConsoleMarkedRecord['marks'][number]

/** Who said that a record is sensitive, and when. */
export function sourceWords({ said }: Mark): string {
  if (said === null) return 'by whom was not kept'
  const day = said.at.slice(0, 10)
  return said.origin === 'feed' ? `a message of ${said.by}, ${day}` : `${said.by}, ${day}`
}

export function recordsWords(count: number): string {
  return counted(count, 'record')
}

/** Whose replicas, and which machines, lose records or gain them. */
export function previewWords(
  change: 'mark' | 'release',
  { records, people, machines }: ConsoleAnswer<'preview-marks'>,
): string {
  if (records === 0) return change === 'mark' ? 'All of them are marked so.' : 'None of them is marked so.'
  const whom = [
    ...people.map(({ role, count }) => counted(count, labelOf(role).toLowerCase())),
    ...(machines === 0 ? [] : [counted(machines, 'connected system')]),
  ]
  const verb = change === 'mark' ? 'lose' : 'gain'
  const who = whom.length === 0 ? 'nobody' : whom.join(', ')
  return `${recordsWords(records)}. Who would ${verb} sight of ${records === 1 ? 'it' : 'some or all'}: ${who}.`
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}
