import { describe, expect, it } from 'vitest'
import type { SimulatedClient } from './client.ts'
import type { AttachedFile, FileHere } from './journal.ts'
import { lostFiles, wrongFiles } from './judge-files.ts'
import { lossesOf } from './judge-restored.ts'
import type { ServerView } from './reference.ts'
import { sampleEntry as entry } from './sample-entry.ts'

const file: AttachedFile = { client: 'client1', id: 'l', hash: 'ab' }

function shown(documents: Readonly<Record<string, string>>, read: 'right' | 'wrong' | 'missing'): ServerView {
  const readFile = () => Promise.resolve(read)
  return {
    login: 'carla',
    documents: new Map(Object.entries(documents)),
    removed: [],
    quarantine: [],
    readFile,
  }
}

describe('a backup that was put back', () => {
  const references = new Map([['carla', shown({ 'cases/a': '{}', 'documents/l': '{}' }, 'missing')]])
  const losses = (login: string, subject: string, hashes: readonly string[], out = new Set<string>()) => {
    const holding = { documents: new Map([['cases/a', `{"subject":"${subject}"}`]]), files: new Set(hashes) }
    const holdings = [{ client: 'client2', login, holding }]
    const restoration = { edits: new Set([entry]), files: new Set([file]), holdings }
    return lossesOf([restoration], references, out)
  }

  it('excuses what no device had that could bring it back', () => {
    expect(losses('carla', 'other', []).isExcused(entry)).toBe(true)
    expect(losses('carla', 'other', []).isFileExcused(file)).toBe(true)
    expect(losses('colin', 'client1-1', ['ab']).isExcused(entry)).toBe(true)
    const strangers = losses('carla', 'client1-1', ['ab'], new Set(['client2']))
    expect([strangers.isExcused(entry), strangers.isFileExcused(file)]).toEqual([true, true])
  })

  it('excuses nothing that somebody had, that was made later, or that the hospital sends again', () => {
    expect(losses('carla', 'client1-1', []).isExcused(entry)).toBe(false)
    expect(losses('carla', 'other', ['ab']).isFileExcused(file)).toBe(false)
    expect(losses('carla', 'other', []).isExcused({ ...entry, number: 2 })).toBe(false)
    expect(losses('carla', 'other', []).isExcused({ ...entry, rule: 'feed' })).toBe(false)
  })
})

describe('files', () => {
  const named = { 'documents/l': '{"content":[{"hash":"ab"}]}' }

  it('are missed where a letter that is shown names them', async () => {
    const found = (read: 'right' | 'wrong' | 'missing', mayLack: boolean) =>
      lostFiles([file], shown(named, read), () => mayLack)
    expect(await found('right', false)).toEqual([])
    expect(await found('missing', false)).toHaveLength(1)
    expect(await found('missing', true)).toEqual([])
    expect(await found('wrong', true)).toHaveLength(1)
    expect(await lostFiles([file], shown({}, 'missing'), () => false)).toEqual([])
  })

  it('of a device are right, sent, and those of its letters', async () => {
    const client = { name: 'client1', login: 'carla' } as SimulatedClient
    const here: FileHere = {
      hash: 'ab',
      kept: false,
      sent: true,
      carried: true,
      carriers: ['clinical/l'],
      read: 'right',
    }
    const found = (change: Partial<FileHere>, strays = 0, read: 'right' | 'missing' = 'right') =>
      wrongFiles(client, { files: [{ ...here, ...change }], strays }, shown(named, read))
    expect(await found({})).toEqual([])
    expect(await found({ read: 'wrong' })).toHaveLength(1)
    expect(await found({ read: 'not had' })).toHaveLength(1)
    expect(await found({ read: 'not had' }, 0, 'missing')).toEqual([])
    expect(await found({ sent: false })).toHaveLength(1)
    expect(await found({ carriers: [] })).toHaveLength(1)
    expect(await found({ carriers: [], carried: false })).toEqual([])
    expect(await found({ carriers: ['clinical/other'] })).toHaveLength(1)
    expect(await found({}, 1)).toHaveLength(1)
  })
})
