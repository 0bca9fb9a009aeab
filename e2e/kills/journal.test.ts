import { expect, it } from 'vitest'
import { canonicalJson, newId } from '#app/kernel/index.ts'
import { markOf, textOf } from '../bare-client/load.ts'
import { keepInJournal, lossesIn } from './journal.ts'
import type { Journal } from './journal.ts'

const loads = ['first', 'second']
const id = newId()

function saved(load: string, number: number): Journal {
  const journal: Journal = new Map()
  keepInJournal(journal, { type: 'saved', writer: 0, id, mark: markOf(load, 0, number), isNew: false })
  return journal
}

function shows(subject: string, description = textOf(subject)): [string, string] {
  return [`cases/${id}`, canonicalJson({ id, subject, description })]
}

it('finds nothing where the last saved state is there, or one that was under way', () => {
  for (const mark of [markOf('first', 0, 4), markOf('first', 0, 5), markOf('second', 0, 1)]) {
    expect(lossesIn(saved('first', 4), loads, [shows(mark)])).toEqual({ lost: [], torn: [] })
  }
})

it('finds a record that is gone, and one that shows an older state, of this load or the one before', () => {
  expect(lossesIn(saved('first', 4), loads, []).lost).toHaveLength(1)
  expect(lossesIn(saved('first', 4), loads, [shows(markOf('first', 0, 3))]).lost).toHaveLength(1)
  expect(lossesIn(saved('second', 1), loads, [shows(markOf('first', 0, 9))]).lost).toHaveLength(1)
})

it('finds a record that is half one write and half another, whether saved or not', () => {
  const half = shows(markOf('first', 0, 2), textOf(markOf('first', 0, 1)))
  expect(lossesIn(new Map(), loads, [half]).torn).toHaveLength(1)
})
