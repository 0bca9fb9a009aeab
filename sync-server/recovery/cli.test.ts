import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { codeOf, fingerprintOf, recoveryKeysSchema, sealForTwo } from '#app/recovery/index.ts'
import { DEMO_PASSWORD } from '../seed/index.ts'
import { call, enrolDevice } from '../testing/test-device.ts'
import type { Refusal, TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { runRecovery } from './cli.ts'
import { sealedBoxes } from './sealed-boxes.ts'

// Two people, three keys, one locked device. One story: the tests below follow one another.

let server: TestServer
let folder: string
let carla: TestDevice
const secret = new Uint8Array(32).fill(9)
const requestId = newId()
const boxes = await sealedBoxes()
const pair = boxes.newPair()

async function run(...args: string[]): Promise<{ code: number; said: string }> {
  let said = ''
  const output = { write: (text: string) => void (said += text) }
  const options = args[0] === 'make-key' ? [] : ['--server', server.url]
  const code = await runRecovery([...args, ...options], { output, password: async () => DEMO_PASSWORD })
  return { code, said }
}

const approve = (login: string, holder: number) =>
  run('approve', requestId, '--key', join(folder, `holder-${holder}.key.json`), '--login', login)

const poll = async () =>
  (await call<{ box: string | null }>(server.url, 'pollRecovery', { requestId })).body.box

async function replicaOf(device: TestDevice): Promise<string> {
  return (await server.store.access.device(device.deviceId))?.replicaId ?? ''
}

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'rounds-recovery-')), 'keys')
  server = await startTestServer()
  const sam = await server.store.access.userByLogin('sam')
  const [grant] = await server.store.access.grants(sam?.id ?? '')
  if (sam === null || grant === undefined) throw new Error('no sam')
  const id = newId()
  await server.store.access.saveUser({ ...sam, id, login: 'selma' })
  await server.store.access.saveGrant({ ...grant, id: newId(), userId: id })
})
afterAll(async () => {
  await server.close()
  await rm(join(folder, '..'), { recursive: true, force: true })
})

describe('recovery by two people', () => {
  it('begins with a key made offline, in files for their owner only', async () => {
    expect((await run('make-key', folder)).code).toBe(0)
    expect(await readdir(folder)).toHaveLength(4)
    for (const name of await readdir(folder))
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
    await expect(run('make-key', folder)).rejects.toMatchObject({ code: 'EEXIST' })
  })

  it('takes no escrow before the organisation has a key, nor for another key', async () => {
    carla = await enrolDevice(server.url, 'carla')
    expect(carla.session.recoveryKeys).toBeNull()
    const early = await call<Refusal>(server.url, 'askRecovery', {
      requestId,
      deviceId: carla.deviceId,
      publicKey: pair.publicKey,
    })
    expect(early.body.error.code).toBe('recovery.none')
    const file = join(folder, 'recovery-key.json')
    expect((await run('set-key', file, '--login', 'sam')).code).toBe(0)
    const keys = recoveryKeysSchema.parse((await carla.signIn()).body.recoveryKeys)
    expect(JSON.parse(await readFile(file, 'utf8')).fingerprint).toBe(fingerprintOf(keys))
    const sealed = sealForTwo(boxes, keys, await replicaOf(carla), secret)
    const wrong = await carla.call<Refusal>('escrow', { keys: '0'.repeat(32), boxes: sealed })
    expect(wrong.body.error.code).toBe('request.invalid')
    expect((await carla.call('escrow', { keys: fingerprintOf(keys), boxes: sealed })).status).toBe(200)
  })

  it('shows the holders the code that the device shows', async () => {
    const asked = { requestId, deviceId: carla.deviceId, publicKey: pair.publicKey }
    expect((await call(server.url, 'askRecovery', asked)).status).toBe(200)
    expect((await call(server.url, 'askRecovery', asked)).status).toBe(200)
    const { said } = await run('list', '--login', 'sam')
    expect(said).toContain(codeOf(asked))
    expect(said).toContain('carla')
    expect(await poll()).toBeNull()
  })

  it('is not done by one person, with one key or with two', async () => {
    expect((await approve('sam', 2)).code).toBe(0)
    expect((await approve('selma', 2)).code).toBe(1)
    await expect(approve('sam', 3)).rejects.toMatchObject({ code: 'access.forbidden' })
    expect(await poll()).toBeNull()
  })

  it('is done by a second person with another key, for the device that asked, and is written down', async () => {
    expect((await approve('selma', 1)).code).toBe(0)
    const opened = boxes.open(Buffer.from((await poll()) ?? '', 'base64'), pair)
    expect(opened).toEqual(secret)
    expect((await approve('selma', 3)).said).toContain('no open request')
    const actions = (await server.store.audit.read({ limit: 50 })).map(({ action }) => action)
    const steps = ['recovery-second', 'recovery-first', 'recovery-asked', 'escrow', 'set-recovery-keys']
    expect(actions.filter((action) => steps.includes(action))).toEqual(steps)
  })

  it('tells how it is used', async () => {
    expect(await run('approve')).toMatchObject({ code: 2, said: expect.stringContaining('make-key') })
  })
})
