import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyModule } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { createdDocument } from '../database/local-edit.ts'
import type { Change } from '../database/local-edit.ts'
import { viewOf } from '../database/stored-document.ts'
import { aCase, anAuthor, aPatient } from '../testing/replica-on-memory.ts'
import { entryOf, matchOf } from './entry.ts'
import { normalised, typedDate } from './normalise.ts'
import { readQuery } from './query.ts'

const author = anAuthor()

function ranked(module: AnyModule, records: readonly Change[], query: string): string[] {
  const entries = records.map((data) => entryOf(module, viewOf(createdDocument(author, module, data))))
  return entries
    .flatMap((entry) => matchOf(entry, readQuery(query)) ?? [])
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ entry }) => entry.title)
}

function patient(family: string, more: Change = {}): Change {
  return { ...aPatient(family), ...more }
}

function finds(more: Change, query: string): boolean {
  return ranked(modules.patients, [patient('Someone', more)], query).length === 1
}

test('words are compared without accents and case, over any punctuation', () => {
  expect(normalised("Müller-D'Ángelo,  ŻÓŁĆ")).toBe('muller d angelo zołc')
  expect(normalised('Ленин 東京')).toBe('ленин 東京')
})

describe('names', () => {
  test('are found by prefix, by word and by a part, the best first', () => {
    const subjects = ['Transport for Anders', 'Panders', 'Anders needs a form'].map((subject) =>
      aCase(subject),
    )
    expect(ranked(modules.cases, subjects, 'anders')).toEqual([
      'Anders needs a form',
      'Transport for Anders',
      'Panders',
    ])
  })

  test('need every word, in any order', () => {
    const records = [patient('Núñez'), patient('Nuno')]
    expect(ranked(modules.patients, records, 'nunez test')).toEqual(['Test Núñez'])
    expect(ranked(modules.patients, records, 'TEST núñe')).toEqual(['Test Núñez'])
    expect(ranked(modules.patients, records, 'nunez other')).toEqual([])
  })

  test('say which field matched', () => {
    const made = createdDocument(author, modules.cases, aCase('Ride', { description: 'Wheelchair van' }))
    const entry = entryOf(modules.cases, viewOf(made))
    expect(matchOf(entry, readQuery('van'))?.matched).toBe('Description')
    expect(matchOf(entry, readQuery('ride'))?.matched).toBe('Subject')
  })
})

describe('dates', () => {
  test.each(['1962-03-14', '3/14/1962', '03/14/1962', '14 Mar 1962', 'March 14, 1962', '14.Mar.1962'])(
    '%s is the fourteenth of March',
    (text) => {
      expect(typedDate(text)).toBe('1962-03-14')
      expect(finds({ birthDate: '1962-03-14' }, text)).toBe(true)
    },
  )

  test('of a month find every day of it', () => {
    expect(typedDate('Mar 1962')).toBe('1962-03')
    expect(finds({ birthDate: '1962-03-14' }, '1962-03')).toBe(true)
    expect(finds({ birthDate: '1962-04-14' }, '1962-03')).toBe(false)
  })

  test.each(['13/14/1962', '3/32/1962', '1962', 'tomorrow', '1962-00-01', '3/14/62', 'march'])(
    '%s is none',
    (text) => {
      expect(typedDate(text)).toBeNull()
    },
  )
})

describe('numbers', () => {
  const telecoms = [{ key: 't1', system: 'phone', use: 'home', value: '+1 (555) 010-4477' }]
  const mail = [{ key: 't2', system: 'email', use: 'home', value: 'nova@example.test' }]
  const identifiers = [{ key: 'i1', type: 'MR', value: 'MRN-0042-17', authority: { namespace: 'ROUNDS' } }]

  test.each(['555 010 4477', '(555) 010-4477', '5550104477', '010-4477'])(
    'the telephone is found by %s',
    (text) => {
      expect(entryFinds({ telecoms }, text)).toBe(true)
    },
  )

  test('fewer than three digits find no telephone', () => {
    expect(entryFinds({ telecoms }, '44')).toBe(false)
  })

  test('a mail address is found among the telecoms', () => {
    expect(entryFinds({ telecoms: mail }, 'nova@example')).toBe(true)
  })

  test.each(['MRN-0042-17', 'mrn004217', '0042-17'])(
    'an identifier is found by %s, whatever is between',
    (text) => {
      expect(entryFinds({ identifiers }, text)).toBe(true)
    },
  )

  /** Compares words only: the record need not be a whole one. */
  function entryFinds(fields: Change, text: string): boolean {
    const made = createdDocument(author, modules.patients, patient('Someone'))
    const entry = entryOf(modules.patients, { ...viewOf(made), id: newId(), ...fields })
    return matchOf(entry, readQuery(text)) !== null
  }
})
