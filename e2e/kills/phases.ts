import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import type { Victim } from './victim.ts'

// What may be under way when the browser dies. A phase is begun, and some moments later everything is killed.

export type Scene = {
  readonly victim: Victim
  readonly login: string
  /** Those that may open the replica, the likeliest first. */
  readonly passphrases: string[]
  /** Opens the page anew; nothing is unlocked. */
  reopen(): Promise<void>
  /** Opens the page of the next release, whose documents are of another version; nothing is unlocked. */
  upgrade(): Promise<void>
  /** People begin to write; they go on until the kill. */
  load(): Promise<void>
}

/** Whether the phase is still under way. */
export type Running = { isOver(): boolean }

type Phase = {
  /** How many of a hundred kills. */
  readonly share: number
  /** At first, the kill comes within so many milliseconds; the campaign learns how long the phase takes here. */
  readonly window: number
  /** Resolves when it is under way. */
  begin(scene: Scene): Promise<Running>
}

export const phases = {
  /** Durable writes of four people. */
  writes: {
    share: 25,
    window: 500,
    async begin(scene) {
      await scene.load()
      return { isOver: () => false }
    },
  },
  /** A copy is made anew and filled; from the keys to the last page that is pulled. */
  'first load': {
    share: 13,
    window: 2500,
    async begin(scene) {
      const { victim, login, passphrases } = scene
      await victim.page().evaluate(() => bare.forget())
      await scene.reopen()
      const [passphrase = ''] = passphrases
      const signingIn = victim.tells('signing-in')
      const filled = victim.page().evaluate(enrolAndFill, [login, DEMO_PASSWORD, passphrase] as const)
      const running = runningUntil(filled)
      await signingIn
      return running
    },
  },
  /** What edits have left behind is taken off the disk, while the edits go on. */
  compaction: {
    share: 13,
    window: 8,
    async begin(scene) {
      const { victim } = scene
      const removing = victim.tells('removing')
      await scene.load()
      const { transaction } = await removing
      return { isOver: () => victim.hasSettled(transaction) }
    },
  },
  /** All data goes under a new key, while people write. */
  rotation: {
    share: 13,
    window: 400,
    async begin(scene) {
      await scene.load()
      return runningUntil(scene.victim.page().evaluate(() => bare.rotateDataKey()))
    },
  },
  /** A newer release writes all that the older one left again, while people write. */
  migration: {
    share: 13,
    window: 400,
    async begin(scene) {
      const { victim, passphrases } = scene
      await scene.upgrade()
      const rewriting = victim.tells('rewriting')
      const rewritten = victim.tells('rewritten')
      const [passphrase = ''] = passphrases
      await victim.page().evaluate((given) => bare.unlock(given), passphrase)
      await rewriting
      const running = runningUntil(rewritten)
      await scene.load()
      return running
    },
  },
  /** The keys go under a new passphrase, while people write. */
  passphrase: {
    share: 11,
    window: 900,
    async begin(scene) {
      await scene.load()
      const { victim, passphrases } = scene
      const [current = ''] = passphrases
      const next = `${current.replace(/ \d+$/, '')} ${Number(/\d+$/.exec(current)?.[0] ?? 0) + 1}`
      passphrases.splice(0, passphrases.length, current, next)
      const changed = victim
        .page()
        .evaluate(([a, b]) => bare.changePassphrase(a, b), [current, next] as const)
      // Once it is called changed, only the new one may open.
      return runningUntil(changed.then(() => void passphrases.splice(0, 1)))
    },
  },
  /** A start: keys, and what the last kill left is read and put in order. */
  opening: {
    share: 12,
    window: 900,
    async begin({ victim, passphrases, reopen }) {
      await reopen()
      const [passphrase = ''] = passphrases
      return runningUntil(victim.page().evaluate((given) => bare.unlock(given), passphrase))
    },
  },
} as const satisfies Record<string, Phase>

export type PhaseName = keyof typeof phases
export const phaseNames = Object.keys(phases) as readonly PhaseName[]

/** The kill takes the answer with it; that is no fault. Anything else that goes wrong is heard of after the kill. */
function runningUntil(work: Promise<unknown>): Running {
  let over = false
  work.then(
    () => (over = true),
    () => undefined,
  )
  return { isOver: () => over }
}

/** In the page. */
async function enrolAndFill([login, password, passphrase]: readonly [string, string, string]): Promise<void> {
  await bare.enrol(login, password, passphrase)
  await bare.settled()
}
