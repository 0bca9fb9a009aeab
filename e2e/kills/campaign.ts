import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { seededRandom } from '#sync-server/seed/random.ts'
import type { Random } from '#sync-server/seed/random.ts'
import { root } from '#build/targets.ts'
import { freePort } from '../harness/free-port.ts'
import { serverProcess } from '../harness/server-process.ts'
import { compareWithServer } from './compare.ts'
import { phaseNames, phases } from './phases.ts'
import type { PhaseName } from './phases.ts'
import { newSubject } from './subject.ts'
import type { Subject } from './subject.ts'

export type CampaignOptions = {
  readonly seed: string
  readonly kills: number
  /** After so many it ends, however many kills there were. */
  readonly minutes?: number
  readonly say: (line: string) => void
  /** Called after each kill with all so far, so that a campaign that is cut short is not lost. */
  readonly onKill?: (soFar: CampaignResult) => Promise<void>
}

type Tally = { kills: number; inTheMiddle: number }

export type CampaignResult = {
  readonly seed: string
  /** Those that were made. */
  readonly kills: number
  /** Kills, and how many of them came while the phase was under way. */
  readonly phases: Readonly<Record<PhaseName, Readonly<Tally>>>
  /** Writes that the replica called saved, and the page had told of, before a kill. */
  readonly saved: number
  readonly lost: number
  readonly torn: number
  /** Everything that was not as it should be, the lost and the torn included. */
  readonly findings: readonly string[]
  /** How many there were in the last comparison with a copy of somebody else's. */
  readonly documents: number
  readonly seconds: number
}

/** So often, what is here is compared with a copy that was filled from nothing, and the audit is walked. */
const COMPARE_EVERY = 50

/** Kills a browser again and again at moments that follow from the seed, and looks each time for what is missing. */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const { seed, kills, minutes = Infinity, say, onKill } = options
  const started = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'rounds-kills-'))
  const [port, mllpPort] = [await freePort(), await freePort()]
  const environment = { ROUNDS_CLIENT: join(root, 'dist/bare-client') }
  const server = serverProcess({ dataFolder: join(folder, 'data'), port, mllpPort, environment })
  const subject = newSubject(join(folder, 'profile'), server.url)
  const tallies = newTallies()
  let documents = 0
  try {
    await server.start()
    await subject.enrol()
    try {
      await killAll()
      documents = await compareWithServer(subject, server.url)
    } catch (failure) {
      // What was found until then must be heard.
      subject.finding(`the campaign ended: ${failure instanceof Error ? failure.message : 'unknown'}`)
    }
    return soFar()
  } finally {
    await subject.close()
    await server.kill()
    if (subject.report().findings.length > 0) say(`profile and server's data are kept: ${folder}`)
    else await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }

  function soFar(): CampaignResult {
    const { saved, lost, torn, findings } = subject.report()
    const seconds = Math.round((performance.now() - started) / 1000)
    const done = Object.values(tallies).reduce((sum, tally) => sum + tally.kills, 0)
    return { seed, kills: done, phases: tallies, saved, lost, torn, findings, documents, seconds }
  }

  async function killAll(): Promise<void> {
    const random = seededRandom(seed)
    const windows = new Map<PhaseName, number>(phaseNames.map((name) => [name, phases[name].window]))
    for (const [index, name] of planOf(kills, random.fork('plan')).entries()) {
      if (performance.now() - started > minutes * 60_000) break
      const window = windows.get(name) ?? 0
      const wait = random.next() * window
      const inTheMiddle = await killOnce(subject, name, wait)
      tallies[name].kills += 1
      tallies[name].inTheMiddle += inTheMiddle ? 1 : 0
      // Learns how long the phase takes on this machine: a kill that comes too late proves less.
      windows.set(name, inTheMiddle ? Math.min(window * 1.03, phases[name].window * 2) : wait * 0.9)
      await subject.revive(name)
      say(
        `kill ${index + 1} of ${kills}, ${name} after ${wait.toFixed(0)} ms: ${inTheMiddle ? 'in the middle' : 'too late'}`,
      )
      if ((index + 1) % COMPARE_EVERY === 0) documents = await compareWithServer(subject, server.url)
      await onKill?.(soFar())
    }
  }
}

/** Answers whether the phase was under way when everything ended. */
async function killOnce(subject: Subject, name: PhaseName, wait: number): Promise<boolean> {
  const running = await phases[name].begin(subject.scene(name))
  await pause(wait)
  const inTheMiddle = !running.isOver()
  await subject.kill()
  return inTheMiddle
}

/** Each phase by its share, at least once where there are kills enough, in an order of chance. */
function planOf(kills: number, random: Random): readonly PhaseName[] {
  const shares = phaseNames.flatMap((name) => Array.from({ length: phases[name].share }, () => name))
  const once = phaseNames.slice(0, kills)
  const rest = Array.from({ length: kills - once.length }, () => random.pick(shares))
  return [...once, ...rest]
    .map((name) => ({ name, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ name }) => name)
}

function newTallies(): Record<PhaseName, Tally> {
  const entries = phaseNames.map((name) => [name, { kills: 0, inTheMiddle: 0 }] as const)
  // Every name of the table is there.
  return Object.fromEntries(entries) as Record<PhaseName, Tally>
}
