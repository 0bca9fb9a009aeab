import { expect, test } from 'vitest'
import type { ReplicatedDocument } from '../database/stored-document.ts'
import { conflictHandler } from './conflict-handler.ts'

const INCOMING = 'downstream-check-if-equal-1'
const TO_SEND = 'downstream-check-if-equal-0'

/** The handler looks at these three members only. */
function state(rev: string, edit = '', deleted = false): ReplicatedDocument {
  return { rev, edit, _deleted: deleted } as ReplicatedDocument
}

function equal(a: ReplicatedDocument, b: ReplicatedDocument, context: string): boolean {
  return conflictHandler.isEqual(a, b, context)
}

test('states are equal by rev, edit and presence, not by content', () => {
  expect(equal(state('i.1.p'), state('i.1.p'), 'upstream-check-if-equal')).toBe(true)
  expect(equal(state('i.1.p'), state('i.1.p', 'edit'), 'upstream-check-if-equal')).toBe(false)
  expect(equal(state('i.1.p'), state('i.1.q'), 'upstream-check-if-equal')).toBe(false)
  expect(equal(state('i.1.p'), state('i.1.p', '', true), 'upstream-check-if-equal')).toBe(false)
})

test('a state from the server that is older than the one here is nothing to write', () => {
  expect(equal(state('i.1.p'), state('i.2.p'), INCOMING)).toBe(true)
  expect(equal(state('i.2.p'), state('i.1.p'), INCOMING)).toBe(false)
  expect(equal(state('i.1.p', '', true), state('i.2.p'), INCOMING)).toBe(true)
})

test('another projection, or another life of the server, is never old', () => {
  expect(equal(state('i.2.q'), state('i.2.p'), INCOMING)).toBe(false)
  expect(equal(state('j.1.p'), state('i.9.p'), INCOMING)).toBe(false)
})

test('what the server never stored is taken off the device, whatever rev is held', () => {
  expect(equal(state('i.0.none', '', true), state('i.5.p'), INCOMING)).toBe(false)
})

test('a record that comes back is written over its tombstone, even at an older rev', () => {
  expect(equal(state('i.3.p'), state('i.4.none', '', true), INCOMING)).toBe(false)
})

test('only a pending edit is something to send before a page may be written', () => {
  expect(equal(state('i.1.p'), state('i.2.p'), TO_SEND)).toBe(true)
  expect(equal(state('i.1.p'), state('i.1.p', 'edit'), TO_SEND)).toBe(false)
})

test('the state of the server is the resolution', async () => {
  const realMasterState = state('i.3.p')
  const input = { newDocumentState: state('i.1.p', 'edit'), realMasterState }
  expect(await conflictHandler.resolve(input, 'replication-resolve-conflict')).toBe(realMasterState)
})
