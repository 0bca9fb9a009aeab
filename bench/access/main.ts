import { can } from '#app/access/index.ts'
import { modules } from '#app/modules/index.ts'
import { routes } from '#app/protocol/index.ts'
import { createProofs } from '#sync-server/access/sessions/proofs.ts'
import { deviceProver, newDeviceKey } from '#sync-server/testing/device-prover.ts'
import { enrolDevice } from '#sync-server/testing/test-device.ts'
import { startTestServer } from '#sync-server/testing/test-server.ts'
import { against, alone, report } from '../measure.ts'
import { serveFetch } from './server.ts'
import type { Without } from './server.ts'

// `npm run bench -- access`: what it costs to know who asks, to decide what they may see, and to write down what they saw.
// One device asks for one record, one request after the other, on SQLite; the same without a proof, and without the audit.

const ROUNDS = 9
const REQUESTS = 300
const CHECKS = 1000
const DECISIONS = 100_000

const server = await startTestServer()
const key = newDeviceKey()
const device = await enrolDevice(server.url, 'sofia', { key })
const [first] = await device.follow('cases', 10)
if (first === undefined || !('kind' in first)) throw new Error('no case to ask for')
const body = JSON.stringify({ collection: 'cases', ids: [first.id] })
const { token } = device.session

const times: Record<Without, number[]> = { nothing: [], proof: [], audit: [] }
const kinds = Object.keys(times) as Without[]
const askers = new Map<Without, () => Promise<number>>()
const closing: (() => Promise<void>)[] = []
for (const without of kinds) {
  const { url, app, proofs } = await serveFetch(server, without)
  const prover = deviceProver(url, key)
  prover.heard({ headers: new Headers({ 'dpop-nonce': proofs.nonce() }) })
  askers.set(without, async () => {
    const started = performance.now()
    for (let count = 0; count < REQUESTS; count += 1) {
      const headers = { 'content-type': 'application/json' }
      const response = await prover.fetch(routes.fetch.path, token, { headers, body })
      if (!response.ok) throw new Error(`refused: ${response.status}`)
      await response.arrayBuffer()
    }
    return (performance.now() - started) / REQUESTS
  })
  closing.push(() => app.close())
}

// Warm, then in turns, so that what else the machine does falls on all of them.
for (const without of kinds) await askers.get(without)?.()
for (let round = 0; round < ROUNDS; round += 1) {
  for (const without of kinds) times[without].push((await askers.get(without)?.()) ?? 0)
}

await report('access', [
  against('request', 'ms', times.nothing, { peer: 'the same without a proof', runs: times.proof }),
  against('request', 'ms', times.nothing, { peer: 'the same without the audit', runs: times.audit }),
  alone('proof-made-by-device', 'us', await rounds(() => proofsMade())),
  alone('proof-checked-by-server', 'us', await rounds(() => proofsChecked())),
  alone('permission-decided', 'us', await rounds(() => decisions())),
])
for (const close of closing) await close()
await server.close()

async function rounds(one: () => Promise<number>): Promise<number[]> {
  await one()
  const runs: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) runs.push(await one())
  return runs
}

/** Microseconds for each. */
function perOne(started: number, count: number): number {
  return ((performance.now() - started) * 1000) / count
}

async function proofsMade(): Promise<number> {
  const prover = deviceProver(server.url, key)
  const started = performance.now()
  for (let count = 0; count < CHECKS; count += 1) prover.headers('POST', routes.fetch.path, token)
  return perOne(started, CHECKS)
}

async function proofsChecked(): Promise<number> {
  const proofs = createProofs(server.clock)
  const nonce = proofs.nonce()
  const prover = deviceProver(server.url, key)
  const made = Array.from(
    { length: CHECKS },
    () => prover.headers('POST', routes.fetch.path, token, { nonce })['dpop'] ?? '',
  )
  const started = performance.now()
  for (const proof of made) {
    const presented = { token, proof, method: 'POST', isHere: () => true }
    await proofs.check(presented, key.publicKey)
  }
  return perOne(started, CHECKS)
}

async function decisions(): Promise<number> {
  const { user, organisation } = device.session
  const subject = { id: user.id, orgId: organisation.id, grants: user.grants }
  const at = new Date().toISOString()
  const scopes = user.grants.map(({ scope }) => scope)
  const started = performance.now()
  let allowed = 0
  for (let count = 0; count < DECISIONS; count += 1) {
    if (can(subject, 'read', modules.cases, scopes, at)) allowed += 1
  }
  if (allowed !== DECISIONS) throw new Error('the supervisor sees no case')
  return perOne(started, DECISIONS)
}
