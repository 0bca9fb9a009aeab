import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { OpenEmergency } from '#app/protocol/index.ts'
import { message, msh } from '../../hl7/testing/messages.ts'
import { atConsole, withoutSession } from '../../testing/console-caller.ts'
import type { ConsoleAsk } from '../../testing/console-caller.ts'
import { booking, openInterfaceStage, registration } from '../../testing/interface-stage.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import type { TestServer } from '../../testing/test-server.ts'

// A server on which every call of the console finds something to do, and whoever may make it.

const people = ['sam', 'ivo', 'sofia', 'priya', 'otto'] as const
export type Walker = (typeof people)[number] | 'nobody'

export type WalkStage = {
  readonly server: TestServer
  readonly feedId: Id
  /** Each is signed in, and has said why where their calls ask for it; `nobody` has no session. */
  as(who: Walker): ConsoleAsk
  /** A record, whose it is, and an emergency in which it was looked at. */
  readonly observationId: Id
  readonly patientId: Id
  readonly emergencyId: Id
  /** Carla's, and one that Sofia may take away herself. */
  readonly deviceId: Id
  readonly ownDeviceId: Id
  /** Messages: one that can't be read, one that waits for a decision, one that waits to go out. */
  readonly dead: number
  readonly parked: number
  readonly outgoing: number
}

export async function openWalkStage(dialect: 'sqlite' | 'postgres'): Promise<WalkStage> {
  const stage = await openInterfaceStage({
    dialect,
    environment: {
      ROUNDS_OIDC_ISSUER: 'https://login.example',
      ROUNDS_OIDC_CLIENT: 'rounds',
      ROUNDS_OIDC_SECRET: 'a secret of this test',
    },
  })
  const { server, feedId } = stage
  const [carla, own] = [await enrolDevice(server.url, 'carla'), await enrolDevice(server.url, 'sofia')]
  const record = await inAnEmergency(server)

  await stage.send(booking('C1', 'MR8810'))
  await stage.send(registration('D1', 'MR8830'), registration('D2', 'MR8831', 'Sedgewick'))
  await stage.send(registration('D3', 'MR8830^^^GENERAL^MR~MR8831'))

  const callers = new Map<Walker, ConsoleAsk>([['nobody', withoutSession(server.url)]])
  for (const login of people) callers.set(login, await atConsole(server.url, login))
  const as = (who: Walker) => callers.get(who) ?? withoutSession(server.url)
  for (const login of ['ivo', 'sofia', 'priya'] as const)
    await as(login)('state-purpose', { purpose: 'incident', reference: 'W-1' })

  return {
    server,
    feedId,
    as,
    ...record,
    deviceId: carla.deviceId,
    ownDeviceId: own.deviceId,
    dead: await stage.latest('dead'),
    parked: await stage.latest('parked'),
    outgoing: await queued(server, feedId),
  }
}

async function inAnEmergency(server: TestServer) {
  const clara = await enrolDevice(server.url, 'clara')
  await clara.follow('clinical')
  const observation = [...clara.held.values()].find(({ kind }) => kind === 'observation')
  if (observation === undefined) throw new Error('the seed has no observation')
  const patientId = String(observation['patientId'])
  const why = { reason: 'threat-to-life', words: 'Found without consciousness here' } as const
  const { body } = await clara.call<OpenEmergency>('breakGlass', { patientId, ...why })
  return { observationId: observation.id, patientId, emergencyId: body.id }
}

async function queued({ store }: TestServer, feedId: Id): Promise<number> {
  const update = {
    id: newId(),
    feedId,
    kind: 'message' as const,
    subject: newId(),
    controlId: 'O1',
    messageType: 'ADT^A31',
    at: '2026-05-11T08:31:00.000Z',
    raw: message(msh({ type: 'ADT^A31', controlId: 'O1' }), 'PID|1||MR88'),
  }
  await store.transaction(async (tx) => tx.stage({ type: 'outgoing', message: update }))
  const [found] = await store.outbox.list({ feedId, limit: 1 })
  if (found === undefined) throw new Error('nothing waits to go out')
  return found.sequence
}
