import { describe, expect, it } from 'vitest'
import { project } from '../access/index.ts'
import { newId } from '../kernel/index.ts'
import type { AnyDocument } from '../kernel/index.ts'
import { allModules, modules } from '../modules/index.ts'
import { fileFieldsOf, filesIn } from './index.ts'

const stamp = { at: '2026-03-02T08:00:00.000Z', by: 'draft', origin: 'person' } as const
const file = (letter: string) => ({
  hash: letter.repeat(64),
  size: 12,
  mime: 'application/pdf',
  name: `${letter}.pdf`,
})

function view(fields: Readonly<Record<string, unknown>>): AnyDocument {
  const envelope = { rev: '', edit: '', scopes: [], removedAt: null, ext: {}, sources: {}, conflicts: [] }
  return { ...envelope, id: newId(), kind: '', orgId: newId(), created: stamp, updated: stamp, ...fields }
}

describe('the files of a document', () => {
  it('stand in the fields whose schemas say so, in lists and in values of several kinds', () => {
    const fields = Object.fromEntries(
      allModules.flatMap((module) =>
        fileFieldsOf(module).length > 0 ? [[module.name, fileFieldsOf(module)]] : [],
      ),
    )
    expect(fields).toEqual({
      activities: ['attachments'],
      consents: ['sourceAttachment'],
      'diagnostic-reports': ['presentedForm'],
      documents: ['content'],
      observations: ['value'],
      'patient-activities': ['attachments'],
    })
    const value = { type: 'attachment', attachment: file('a') }
    expect(filesIn(modules.observations, view({ value }))).toEqual([file('a')])
    expect(filesIn(modules.documents, view({ content: [file('a'), file('b')] }))).toHaveLength(2)
  })

  it('are those of the ledger, too, since a lost value may come back', () => {
    const conflict = {
      id: newId(),
      losing: [file('a')],
      winning: [file('b')],
      lost: stamp,
      won: stamp,
      state: 'open' as const,
      waits: false,
    }
    const named = filesIn(
      modules.documents,
      view({ content: [file('b')], conflicts: [{ ...conflict, field: 'content' }] }),
    )
    expect(named.map(({ name }) => name)).toEqual(['b.pdf', 'a.pdf'])
    expect(filesIn(modules.documents, view({ conflicts: [{ ...conflict, field: 'text' }] }))).toEqual([])
  })

  it('are those of the projection only, in the ledger too', () => {
    const entry = {
      id: newId(),
      field: 'content',
      losing: [file('a')],
      winning: [file('b')],
      lost: stamp,
      won: stamp,
      state: 'open' as const,
      waits: false,
    }
    const whole = view({ content: [file('b')], description: 'Letter', conflicts: [entry] })
    const seen = (...read: readonly string[]) =>
      filesIn(modules.documents, project(whole, { read: new Set(read), readsAll: false }))
    expect(seen('description')).toEqual([])
    expect(seen('description', 'content')).toHaveLength(2)
  })

  it('are none where the field is hidden, or holds something else', () => {
    expect(filesIn(modules.documents, view({}))).toEqual([])
    expect(filesIn(modules.documents, view({ content: [{ hash: 'short' }] }))).toEqual([])
    expect(filesIn(modules.patients, view({ content: [file('a')] }))).toEqual([])
  })
})
