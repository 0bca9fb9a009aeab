import type { JournalEntry } from './journal.ts'

/** An edit, for the tests of what judges a run. */
export const sampleEntry: JournalEntry = {
  client: 'client1',
  number: 1,
  module: 'cases',
  id: 'a',
  field: 'subject',
  rule: 'last-writer',
  seen: 'before',
  written: 'client1-1',
}
