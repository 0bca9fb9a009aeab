import { describe, expect, it } from 'vitest'
import type { SimulatedClient } from './client.ts'
import type { AttachedFile, FileHere } from './journal.ts'
import { lostFiles, wrongFiles } from './judge-files.ts'
import { lossesOf } from './judge-restored.ts'
import type { Losses } from './judge-restored.ts'
import type { Lost } from './people.ts'
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
  const there = '{"scopes":["site:one"]}'
  const references = new Map([['carla', shown({ 'cases/a': there, 'documents/l': there }, 'missing')]])
  type Had = { readonly login?: string; readonly subject?: string; readonly hashes?: readonly string[] }
  const losses = (
    { login = 'carla', subject = 'other', hashes = [] }: Had,
    end: { readonly out?: readonly string[]; readonly lost?: readonly Lost[] } = {},
  ) => {
    const holding = { documents: new Map([['cases/a', `{"subject":"${subject}"}`]]), files: new Set(hashes) }
    const holdings = [{ client: 'client2', login, holding }]
    // One place was lost before.
    const restoration = { edits: new Set([entry]), files: new Set([file]), lost: 1, holdings }
    const lost: readonly Lost[] = [{ login: 'carla', scope: 'site:one' }, ...(end.lost ?? [])]
    return lossesOf([restoration], { references, out: new Set(end.out), lost })
  }
  const all: Had = { subject: 'client1-1', hashes: ['ab'] }
  const excuses = ({ isExcused, isFileExcused }: Losses) => [isExcused(entry), isFileExcused(file)]

  it('excuses what no device had that could bring it back', () => {
    expect(excuses(losses({}))).toEqual([true, true])
    expect(excuses(losses({ ...all, login: 'colin' }))).toEqual([true, true])
    expect(excuses(losses(all, { out: ['client2'] }))).toEqual([true, true])
    expect(excuses(losses(all, { lost: [{ login: 'carla', scope: 'site:one' }] }))).toEqual([true, true])
  })

  it('excuses nothing that somebody had, that was made later, or that the hospital sends again', () => {
    expect(excuses(losses(all))).toEqual([false, false])
    expect(excuses(losses(all, { lost: [{ login: 'carla', scope: 'site:two' }] }))).toEqual([false, false])
    expect(excuses(losses(all, { lost: [{ login: 'colin', scope: 'site:one' }] }))).toEqual([false, false])
    expect(losses({}).isExcused({ ...entry, number: 2 })).toBe(false)
    expect(losses({}).isExcused({ ...entry, rule: 'feed' })).toBe(false)
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
