import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterEach, expect, test } from 'vitest'
import type { EnrolInput, Replica, ReplicaGate } from './contract.ts'
import { systemEnvironment } from './environment.ts'
import { createReplicaGate } from './replica-gate.ts'
import { machine } from './testing/machine.ts'
import { quickRunner } from './testing/quick-runner.ts'
import { aCase, coordinator, reached } from './testing/replica-on-memory.ts'
import { ScriptedServer } from './testing/scripted-server.ts'

// Two users of one laptop: one machine, one browser profile, two copies that know nothing of each other.

const host = machine()
const indexedDb = { indexedDB: new IDBFactory(), IDBKeyRange }
const open: Replica[] = []
const silent = (): void => undefined
const passphrases = { carla: 'four words on paper', colin: 'five words on a wall' } as const
type Login = keyof typeof passphrases
const servers = { carla: serverOf('carla'), colin: serverOf('colin') }

afterEach(async () => {
  for (const replica of open.splice(0)) await replica.lock()
})

function serverOf(login: string): ScriptedServer {
  const { user, organisation } = coordinator()
  return new ScriptedServer({ user: { ...user, login }, organisation })
}

function gate(login: Login): ReplicaGate {
  const environment = { ...systemEnvironment, fetch: servers[login].fetch }
  return createReplicaGate({ host, runner: quickRunner, indexedDb, environment })
}

async function enrol(login: Login): Promise<Replica> {
  const input: EnrolInput = {
    serverUrl: `http://${login}.test`,
    login,
    password: 'rounds-demo-2026',
    passphrase: passphrases[login],
    deviceLabel: 'shared laptop',
  }
  const replica = await gate(login).enrol(input, silent)
  open.push(replica)
  await reached(replica, 'done')
  return replica
}

async function unlock(login: Login, replica: Replica, passphrase: string): Promise<Replica> {
  const again = await gate(login).unlock(replica.replicaId, passphrase, silent)
  open.push(again)
  return again
}

test('several users of one laptop each have a copy of their own', async () => {
  const carla = await enrol('carla')
  const { id } = await carla.create('cases', aCase('for Carla only'))
  await carla.lock()
  const colin = await enrol('colin')
  expect(await colin.get('cases', id)).toBeNull()
  const kept = await colin.create('cases', aCase('for Colin'))
  await colin.lock()
  const logins = (await gate('carla').summaries()).map(({ login }) => login)
  expect(logins.toSorted()).toEqual(['carla', 'colin'])

  await expect(unlock('carla', carla, passphrases.colin)).rejects.toMatchObject({
    code: 'replica.passphrase',
  })
  const again = await unlock('carla', carla, passphrases.carla)
  expect(await again.get('cases', id)).toMatchObject({ subject: 'for Carla only' })
  await again.changePassphrase(passphrases.carla, 'six words in the sand')
  await again.rotateDataKey()
  await again.lock()
  await gate('carla').forget(carla.replicaId)

  expect((await gate('colin').summaries()).map(({ login }) => login)).toEqual(['colin'])
  const last = await unlock('colin', colin, passphrases.colin)
  expect(await last.get('cases', kept.id)).toMatchObject({ subject: 'for Colin' })
})

test("what was not sent stays its author's while somebody else works on the laptop, and goes out in their name", async () => {
  const carla = await enrol('carla')
  servers.carla.cut()
  await reached(carla, 'offline')
  const { id, edit } = await carla.create('cases', aCase('not sent by Carla yet'))
  await carla.lock()

  const colin = await enrol('colin')
  const other = await colin.create('cases', aCase('sent by Colin'))
  await reached(colin, 'syncing')
  await reached(colin, 'done')
  await colin.lock()
  const sent = (login: Login) => servers[login].pushes.flat().map((item) => [item.id, item.author, item.edit])
  expect(sent('colin').map(([sentId]) => sentId)).toContain(other.id)
  expect(sent('colin').filter(([, author]) => author !== colin.user.id)).toEqual([])
  expect(sent('colin').map(([sentId]) => sentId)).not.toContain(id)

  servers.carla.mend()
  const again = await unlock('carla', carla, passphrases.carla)
  await reached(again, 'done')
  expect(sent('carla')).toContainEqual([id, carla.user.id, edit])
  expect(await again.get('cases', id)).toMatchObject({ subject: 'not sent by Carla yet', edit: '' })
})
