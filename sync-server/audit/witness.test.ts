import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../store/index.ts'
import type { Store } from '../store/index.ts'
import { sampleOrganisation } from '../store/testing/samples.ts'
import { runAudit } from './cli.ts'
import { fileWitness, tellWitnesses, webhookWitness } from './head-witness.ts'
import type { Witness } from './head-witness.ts'

let root = ''
let store: Store
const clock = { now: () => Date.parse('2026-03-02T10:00:00.000Z') }
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rounds-audit-'))
  store = await openStore({ dataFolder: join(root, 'data') })
  await store.createOrganisation(sampleOrganisation)
})
afterEach(async () => {
  await store.close()
  await rm(root, { recursive: true, force: true })
})

async function fill(count: number): Promise<void> {
  for (let entry = 0; entry < count; entry += 1) {
    await store.audit.append({ at: '2026-03-02T10:00:00.000Z', actor: 'server', action: 'view' })
  }
}
/** What the command says, with the server stopped. */
async function verified(...args: string[]): Promise<{ code: number; said: string }> {
  await store.close()
  const said: string[] = []
  const environment = { ROUNDS_DATA: join(root, 'data') }
  const code = await runAudit(['verify', ...args], { write: (text) => said.push(text) }, environment)
  store = await openStore({ dataFolder: join(root, 'data') })
  return { code, said: said.join('') }
}
function damage(statement: string): void {
  const database = new Database(join(root, 'data', 'rounds.sqlite'))
  database.exec(statement)
  database.close()
}
async function tell(...witnesses: Witness[]): Promise<unknown[]> {
  const faults: unknown[] = []
  const telling = tellWitnesses({ store, clock, witnesses, onFault: (fault) => faults.push(fault) })
  await telling.close()
  return faults
}

test('the command says that all is whole, and where it is not', async () => {
  await fill(6)
  expect(await verified()).toEqual({ code: 0, said: 'whole: 6 entries\n' })
  damage(`update audit set action = 'nothing' where seq = 4`)
  expect(await verified()).toEqual({ code: 2, said: 'entry 4: broken\n' })
})

test('a witness keeps ends that a chain which was rebuilt as a whole does not have', async () => {
  const heads = join(root, 'heads')
  await fill(3)
  await tell(fileWitness(heads))
  await fill(2)
  await tell(fileWitness(heads))
  expect((await verified('--heads', heads)).code).toBe(0)

  const [first, second] = (await readFile(heads, 'utf8')).trim().split('\n')
  const other = JSON.stringify({ ...JSON.parse(second ?? ''), hash: 'f'.repeat(64) })
  await writeFile(heads, `${first}\n${other}\n`)
  const found = await verified('--heads', heads)
  expect(found).toEqual({ code: 2, said: 'whole: 5 entries\nentry 5: not what the witness was told\n' })
})

test('a witness by HTTP is told, and one that fails is told again and stops nobody', async () => {
  const heard: unknown[] = []
  let status = 500
  const server = createServer((request, response) => {
    void (async () => {
      let body = ''
      for await (const part of request) body += String(part)
      if (status === 200 || request.url === '/elsewhere') heard.push(JSON.parse(body))
      response.writeHead(status, status === 307 ? { location: '/elsewhere' } : {}).end()
    })()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const witness = webhookWitness(`http://127.0.0.1:${port}/`)
  await fill(1)
  const kept = join(root, 'heads')
  expect(await tell(witness, fileWitness(kept))).toHaveLength(1)
  expect((await readFile(kept, 'utf8')).trim().split('\n')).toHaveLength(1)
  status = 307
  expect(await tell(witness)).toHaveLength(1)
  expect(heard).toEqual([])
  status = 200
  expect(await tell(witness)).toEqual([])
  expect(heard).toMatchObject([{ seq: 1, at: '2026-03-02T10:00:00.000Z' }])
  server.close()
})
