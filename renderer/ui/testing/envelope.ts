import type { Envelope, Id } from '#app/kernel/index.ts'

const stamp = { at: '2026-01-05T08:00:00.000Z', by: 'test', origin: 'person' } as const

/** The envelope of a record that nobody has touched since. */
export function blankEnvelope(id: Id, kind: string): Envelope {
  return {
    id,
    kind,
    orgId: id,
    rev: '',
    edit: '',
    scopes: [],
    created: stamp,
    updated: stamp,
    removedAt: null,
    ext: {},
    sources: {},
    conflicts: [],
  }
}
