import { expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyModule, Conflict } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { aCase, anAuthor } from '../testing/replica-on-memory.ts'
import {
  askedDocument,
  createdDocument,
  editedDocument,
  resubmittedDocument,
  settledConflict,
} from './local-edit.ts'
import type { Author } from './local-edit.ts'
import { editOf } from './stored-document.ts'
import type { StoredDocument } from './stored-document.ts'

const cases: AnyModule = modules.cases
const author = anAuthor()

/** A case as the server answered it. */
function answered(more: Partial<StoredDocument> = {}): StoredDocument {
  const { localEdit: _mine, ...made } = createdDocument(author, cases, aCase('subject'))
  return { ...made, rev: 'i.1.p', edit: '', ...more }
}

function codeAndFacts(act: () => unknown): unknown {
  try {
    act()
    return null
  } catch (failure) {
    return { ...(failure as object) }
  }
}

test('a new record has an id and an edit of its own, no rev, and the scopes of its data', () => {
  const made = createdDocument(author, cases, aCase('subject'))
  expect(made).toMatchObject({
    kind: 'case',
    rev: '',
    removedAt: null,
    status: 'new',
    sources: {},
    conflicts: [],
  })
  expect(made.scopes).toEqual([author.subject.grants[0]?.scope])
  expect(made.created).toMatchObject({ by: author.subject.id, origin: 'person', device: author.deviceId })
  expect(made.edit).not.toBe(made.id)
})

test('a new record that does not fit its module is told by field and in words', () => {
  expect(codeAndFacts(() => createdDocument(author, cases, aCase('')))).toMatchObject({
    code: 'sync.invalid',
    facts: { field: 'subject', path: 'subject' },
  })
  const { subject: _left, ...rest } = aCase('left out')
  expect(codeAndFacts(() => createdDocument(author, cases, rest))).toMatchObject({
    code: 'sync.invalid',
    facts: { field: 'subject', says: 'Required' },
  })
})

test('a rule over several fields names the field it is shown at', () => {
  const held = answered()
  expect(codeAndFacts(() => editedDocument(author, cases, held, { siteId: null }))).toMatchObject({
    code: 'sync.invalid',
    facts: { field: 'siteId' },
  })
})

test('who may not create here is told so', () => {
  const stranger: Author = { ...author, subject: { ...author.subject, grants: [] } }
  expect(codeAndFacts(() => createdDocument(stranger, cases, aCase('x')))).toMatchObject({
    code: 'access.forbidden',
  })
})

test('a field that the role may not write is refused by name', () => {
  const accounts: AnyModule = modules.accounts
  const siteIds = [author.subject.grants[0]?.scope.slice('site:'.length)]
  const made = createdDocument(author, accounts, { name: 'Clinic', type: 'clinic', siteIds })
  const act = () => editedDocument(author, accounts, { ...made, rev: 'i.1.p', edit: '' }, { note: 'no' })
  expect(codeAndFacts(act)).toMatchObject({ code: 'access.forbidden', facts: { field: 'note' } })
  expect(codeAndFacts(() => createdDocument(author, accounts, { ...made, note: 'no' }))).not.toBeNull()
})

test('every edit is new, keeps the rev, and remembers what the fields held in the view of the server', () => {
  const held = answered()
  const once = editedDocument(author, cases, held, { subject: 'one' })
  const twice = editedDocument(author, cases, once, { subject: 'two', priority: 'urgent' })
  const undone = editedDocument(author, cases, twice, { subject: 'subject' })
  expect(new Set([held.edit, once.edit, twice.edit, undone.edit]).size).toBe(4)
  expect([once.rev, twice.rev, undone.rev]).toEqual(['i.1.p', 'i.1.p', 'i.1.p'])
  expect(undone.localEdit?.before).toEqual({ subject: 'subject', priority: 'normal' })
})

test('a record that the server has not answered stays new as a whole', () => {
  const made = createdDocument(author, cases, aCase('subject'))
  expect(editedDocument(author, cases, made, { subject: 'two' }).localEdit?.before).toEqual({})
})

test('an absent value of a change says nothing', () => {
  expect(editedDocument(author, cases, answered(), { subject: undefined })['subject']).toBe('subject')
})

const stamp = { at: '2026-01-05T08:00:00.000Z', by: 'someone', origin: 'person' } as const

function conflict(field: string, losing: Conflict['losing'], winning: Conflict['winning']): Conflict {
  return { id: newId(), field, losing, winning, lost: stamp, won: stamp, state: 'open', waits: false }
}

test('keeping the winner changes the entry and nothing else', () => {
  const entry = conflict('subject', 'loser', 'winner')
  const held = answered({ conflicts: [entry], subject: 'winner' })
  expect(settledConflict(cases, held, entry.id, 'kept')).toEqual({ conflicts: [{ ...entry, state: 'kept' }] })
})

test('undoing brings the loser back in the same write', () => {
  const entry = conflict('subject', 'loser', 'winner')
  const held = answered({ conflicts: [entry], subject: 'winner' })
  const change = settledConflict(cases, held, entry.id, 'undone')
  expect(change).toEqual({ conflicts: [{ ...entry, state: 'undone' }], subject: 'loser' })
  expect(editedDocument(author, cases, held, change)).toMatchObject({ subject: 'loser' })
})

test('undoing in a list keeps what others added since', () => {
  const entry = conflict('tags', ['a', 'mine'], ['a'])
  const held = answered({ conflicts: [entry], tags: ['a', 'later'] })
  const { tags } = settledConflict(cases, held, entry.id, 'undone')
  expect([...(tags as string[])].toSorted()).toEqual(['a', 'later', 'mine'])
})

test('undoing a value that was changed again brings the loser back all the same', () => {
  const entry = conflict('subject', 'loser', 'winner')
  const held = answered({ conflicts: [entry], subject: 'third' })
  expect(settledConflict(cases, held, entry.id, 'undone')).toMatchObject({ subject: 'loser' })
})

test('undoing does not overwrite a value that came in since its author looked', () => {
  const entry = conflict('subject', 'loser', 'winner')
  const held = answered({ conflicts: [entry], subject: 'from a third hand' })
  const change = settledConflict(cases, held, entry.id, 'undone')
  expect(
    codeAndFacts(() => editedDocument(author, cases, held, change, { subject: 'winner' })),
  ).toMatchObject({
    code: 'sync.changed-meanwhile',
    facts: { field: 'subject' },
  })
  expect(editedDocument(author, cases, held, change, { subject: 'from a third hand' }).subject).toBe('loser')
})

test('a refused change of a list that is sent again keeps what others added since (simulation, seed long.0)', () => {
  const held = answered({ tags: ['old', 'theirs'], subject: 'old' })
  const changes = { tags: ['old', 'mine'], subject: 'mine' }
  const before = { tags: ['old'], subject: 'old' }
  const expected = { tags: ['old', 'theirs', 'mine'], subject: 'mine' }
  for (const seen of [{}, held])
    expect(resubmittedDocument(author, cases, held, { changes, before, seen })).toMatchObject(expected)
})

test('a refused change takes the place of another value only where its author was shown that', () => {
  const held = answered({ subject: 'theirs' })
  const changes = { subject: 'mine' }
  for (const before of [{ subject: 'old' }, {}, undefined]) {
    const unseen = () => resubmittedDocument(author, cases, held, { changes, before, seen: {} })
    expect(codeAndFacts(unseen)).toMatchObject({
      code: 'sync.changed-meanwhile',
      facts: { field: 'subject' },
    })
    const sent = resubmittedDocument(author, cases, held, { changes, before, seen: held })
    expect(sent).toMatchObject({ subject: 'mine', localEdit: { before: { subject: 'theirs' } } })
  }
})

test('of a refused copy what its holder may not write is left out, and a change of it is refused', () => {
  const reader: Author = { ...author, subject: { ...author.subject, grants: [] } }
  const held = answered({ subject: 'theirs' })
  const copy = { changes: { subject: 'of the copy' }, seen: held }
  expect(resubmittedDocument(reader, cases, held, { ...copy, before: {} }).subject).toBe('theirs')
  const changed = () => resubmittedDocument(reader, cases, held, { ...copy, before: { subject: 'old' } })
  expect(codeAndFacts(changed)).toMatchObject({ code: 'access.forbidden' })
})

test('an entry that is not there any more settles nothing', () => {
  expect(settledConflict(cases, answered(), newId(), 'undone')).toEqual({})
})

test('an edit made on an older value does not overwrite a newer one unseen', () => {
  const seen = answered({ subject: 'as the form opened' })
  const held = answered({ subject: 'as it came in meanwhile' })
  expect(codeAndFacts(() => editedDocument(author, cases, held, { subject: 'mine' }, seen))).toMatchObject({
    code: 'sync.changed-meanwhile',
    facts: { field: 'subject' },
  })
  expect(editedDocument(author, cases, held, { subject: 'mine' }, held)['subject']).toBe('mine')
  expect(editedDocument(author, cases, held, { priority: 'high' }, seen)).toMatchObject({
    priority: 'high',
    subject: 'as it came in meanwhile',
  })
})

test('an edit of a list is brought forward to what came in meanwhile', () => {
  const seen = answered({ tags: ['a', 'b'] })
  const held = answered({ tags: ['a', 'b', 'theirs'] })
  const edited = editedDocument(author, cases, held, { tags: ['a', 'mine'] }, seen)
  expect(new Set(edited['tags'] as string[])).toEqual(new Set(['a', 'mine', 'theirs']))
})

test('an edit says all that is otherwise than in the version it was made on, and no more', () => {
  const held = answered()
  const first = editedDocument(author, cases, held, { subject: 'next' })
  const second = editedDocument(author, cases, first, { priority: 'urgent' })
  const { kind, edit, updated, localEdit } = second
  expect(editOf(second)).toEqual({ kind, edit, updated, localEdit, subject: 'next', priority: 'urgent' })
  expect({ ...held, ...editOf(second) }).toEqual(second)
})

test('what the server does not have, and what lost a field, is no edit of its version', () => {
  const held = answered()
  expect(editOf(createdDocument(author, cases, aCase('subject')))).toBeUndefined()
  expect(editOf(askedDocument(author, held))).toBeUndefined()
  expect(editOf(held)).toBeUndefined()
  const edited = editedDocument(author, cases, held, { subject: 'next' })
  expect(editOf({ ...edited, subject: undefined })).toBeUndefined()
})
