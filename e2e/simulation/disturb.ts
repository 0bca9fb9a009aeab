import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '#sync-server/seed/random.ts'
import type { Backups } from './backups.ts'
import type { SimulatedClient } from './client.ts'
import type { Faults } from './faults.ts'
import type { Hospital } from './hospital.ts'
import type { Laptop } from './laptop.ts'
import type { People } from './people.ts'
import type { ServerDisk } from './server-disk.ts'
import type { ServerGroup } from './server-group.ts'

export type Scene = {
  readonly laptops: readonly Laptop[]
  readonly servers: ServerGroup
  readonly people: People
  readonly hospital: Hospital
  readonly faults: Faults
  readonly random: Random
  /** The disk under the server, and when it is full. */
  readonly disk: ServerDisk
  readonly diskRandom: Random
  readonly backups: Backups
}

const HOUR = 3_600_000
/** How far a clock is off, or jumps, in milliseconds. */
export const clockSkews = [0, 0, 26 * HOUR, -26 * HOUR, 5 * HOUR] as const
const ROUND = [1000, 2500] as const
const SECONDS_OF_A_ROUND = 2.5
/** As many as of the shortest form, however slow the machine is. */
const LEAST_ROUNDS = 2
/** The larger part of the laptops stays in service. */
const MOST_REVOKED = 0.34

/**
 * Everybody works, the hospital sends. Meanwhile a network goes, a server is killed or its disk is full, people are moved or
 * shut out; after each round somebody's laptop dies in the middle of a write, is full, changes hands, or is revoked, and the
 * server's data may be put back to an older backup. Ends after so many rounds as fit into that time where nobody waits for
 * the machine, and where it is slower, once the time is over.
 */
export async function disturb(scene: Scene, seconds: number): Promise<void> {
  const rounds = Math.max(LEAST_ROUNDS, Math.round(seconds / SECONDS_OF_A_ROUND))
  const end = performance.now() + seconds * 1000
  for (let round = 0; round < rounds; round += 1) {
    if (round >= LEAST_ROUNDS && performance.now() > end) return
    await workThrough(scene, round)
    await befall(scene)
    await scene.backups.befall(scene)
  }
}

async function workThrough(scene: Scene, round: number): Promise<void> {
  const { random, hospital, servers, faults } = scene
  const working = inService(scene)
  const away = random.pick(working).active()
  faults.note('network away')
  away.setOnline(false)
  const shutOut = random.chance(0.12) ? random.pick(working).active().login : null
  if (shutOut !== null) await setDisabled(scene, shutOut, true)
  await together([
    ...working.map((laptop) => laptop.active().run(random.int(...ROUND))),
    ...Array.from({ length: random.int(1, 3) }, () => after(random.int(0, 1000), () => hospital.send())),
    round % 2 === 1 || random.chance(0.3) ? killAServer(scene, random.int(0, 7)) : Promise.resolve(),
    random.chance(0.5) ? after(random.int(0, 1500), () => movePerson(scene)) : Promise.resolve(),
    random.chance(0.25) ? after(random.int(0, 1500), () => forgetHistory(scene)) : Promise.resolve(),
    scene.diskRandom.chance(0.3) ? fillServer(scene) : Promise.resolve(),
  ])
  away.setOnline(true)
  if (shutOut === null) return
  await setDisabled(scene, shutOut, false)
  // Who was told to stop opens the replica again.
  for (const client of working.map((laptop) => laptop.active())) {
    if (client.login === shutOut) await client.lock().then(() => client.start())
  }

  async function killAServer({ faults: counted }: Scene, which: number): Promise<void> {
    await pause(random.int(100, 800))
    counted.note('server killed')
    await servers.killOne(which)
  }
}

/** What happens to laptops between two spells of work. */
async function befall(scene: Scene): Promise<void> {
  const { random, faults } = scene
  const dying = random.pick(inService(scene)).active()
  faults.note('client killed')
  await dying.crash(random.chance(0.5) ? 'done' : 'undone')
  if (random.chance(0.35)) {
    faults.note('disk full')
    await random.pick(inService(scene)).active().fillDisk()
  }
  if (random.chance(0.35)) {
    faults.note('clock jumped')
    random.pick(inService(scene)).active().setClock(random.pick(clockSkews))
  }
  if (random.chance(0.35)) {
    faults.note('user switched')
    await random.pick(inService(scene)).switchUser()
  }
  const revoked = scene.laptops.length - inService(scene).length
  if (random.chance(0.1) && (revoked + 1) / scene.laptops.length <= MOST_REVOKED) await revokeOne(scene)
}

function inService({ laptops }: Scene): readonly Laptop[] {
  return laptops.filter((laptop) => !laptop.isRevoked())
}

async function movePerson({ random, people, servers, laptops, faults }: Scene): Promise<void> {
  const order = people.move(random.pick(laptops).active().login, random)
  if (order === null) return
  faults.note('grants changed')
  await servers.order(order)
}

/** People work on meanwhile; there is room again before the round is over. */
async function fillServer({ disk, diskRandom, faults }: Scene): Promise<void> {
  await pause(diskRandom.int(0, 800))
  faults.note('server disk full')
  await disk.fill()
  await pause(diskRandom.int(200, 1200))
  await disk.makeRoom()
}

/** As if everybody who is behind had been away for months. */
async function forgetHistory({ servers, faults }: Scene): Promise<void> {
  faults.note('history pruned')
  await servers.order({ type: 'forget-history' })
}

async function setDisabled({ servers, people, faults }: Scene, login: string, away: boolean): Promise<void> {
  if (away) faults.note('user disabled')
  await servers.admin(away ? 'disable-user' : 'enable-user', { id: people.id(login) })
}

/** It works on without knowing, then hears of it. What it has not sent stays on it. */
async function revokeOne(scene: Scene): Promise<void> {
  const { random, servers, faults } = scene
  const laptop = random.pick(inService(scene))
  const client: SimulatedClient = laptop.active()
  const id = client.deviceId()
  if (id === null || laptop.isOut(client)) return
  faults.note('device revoked')
  await servers.admin('revoke-device', { id })
  await client.run(300)
  laptop.revoke()
}

async function after(milliseconds: number, work: () => Promise<void>): Promise<void> {
  await pause(milliseconds)
  await work()
}

/** Like `Promise.all`, but waits for the others too before it throws: nothing goes on behind the caller's back. */
async function together(tasks: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(tasks)) {
    if (outcome.status === 'rejected') throw outcome.reason
  }
}
