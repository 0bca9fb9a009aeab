import type { Id } from '#app/kernel/index.ts'
import { DEMO_PASSWORD, syntheticOrganisation } from '#sync-server/seed/index.ts'
import type { Told } from '../bare-client/told.ts'
import { keepInJournal, lossesIn } from './journal.ts'
import type { Journal } from './journal.ts'
import type { PhaseName, Scene } from './phases.ts'
import { newVictim } from './victim.ts'
import type { Victim } from './victim.ts'

// The replica that is killed: what it called saved, and what is looked at when it lives again.

export type Subject = {
  readonly victim: Victim
  /** The first copy: what it holds before anybody writes is what must always be there. */
  enrol(): Promise<void>
  scene(phase: PhaseName): Scene
  kill(): Promise<void>
  /** Opens what the kill left, without a network; looks; and then lets the server answer, and looks again. */
  revive(phase: PhaseName): Promise<void>
  finding(what: string): void
  report(): Report
  close(): Promise<void>
}

export type Report = {
  readonly saved: number
  readonly lost: number
  readonly torn: number
  readonly findings: readonly string[]
}

export const LOGIN = 'sofia'
const WRITERS = 4

export function newSubject(profile: string, url: string): Subject {
  const findings: string[] = []
  const loads: string[] = []
  const passphrases = ['walks under nine lanterns 0']
  /** All that was ever saved: on the server in the end. */
  const everything: Journal = new Map()
  /** What was saved on the copy that is here now. */
  let here: Journal = new Map()
  let cases: (Id | null)[] = Array.from({ length: WRITERS }, () => null)
  let untouched = { count: 0, hash: '' }
  /** Which version of Rounds it is that is killed: a later one never makes room for an earlier. */
  let release = 0
  let kills = 0
  let saved = 0
  let lost = 0
  let torn = 0

  function hear(what: Told): void {
    if (what.type === 'failed') findings.push(`kill ${kills + 1}: a write failed: ${what.why}`)
    if (what.type !== 'saved') return
    saved += 1
    keepInJournal(here, what)
    keepInJournal(everything, what)
    cases[what.writer] ??= what.id
  }

  const victim = newVictim(profile, () => `${url}/?release=${release}`, hear)
  const finding = (what: string): void => void findings.push(`after kill ${kills}: ${what}`)

  /** Looks at all that is here. `journal` says what must be. */
  async function look(journal: Journal, isWhole: boolean): Promise<void> {
    const { marked, rest } = await victim.page().evaluate(() => bare.content())
    const losses = lossesIn(journal, loads, marked)
    lost += losses.lost.length
    torn += losses.torn.length
    for (const loss of [...losses.lost, ...losses.torn]) finding(loss)
    const quarrels = marked.filter(([, json]) => !json.includes('"conflicts":[]'))
    for (const [key] of quarrels) finding(`${key} has a conflict, and nobody else wrote`)
    if (isWhole && (rest.count !== untouched.count || rest.hash !== untouched.hash)) {
      finding(`${rest.count} documents that nobody touched, of ${untouched.count}, or not as they were`)
    }
    for (const code of await victim.page().evaluate(() => bare.problems())) {
      if (!code.startsWith('network.')) finding(`the replica complains: ${code}`)
    }
  }

  async function unlock(): Promise<void> {
    for (const passphrase of passphrases) {
      if (!(await victim.page().evaluate((given) => bare.unlock(given), passphrase))) continue
      passphrases.splice(0, passphrases.length, passphrase)
      return
    }
    throw new Error(`after kill ${kills} no passphrase opens the replica`)
  }

  async function enrolHere(): Promise<void> {
    const account = [LOGIN, DEMO_PASSWORD, passphrases[0] ?? ''] as const
    await victim
      .page()
      .evaluate(([login, password, passphrase]) => bare.enrol(login, password, passphrase), account)
  }

  /** People go on with what they have: a write that is durable, and answered. */
  async function workOn(): Promise<void> {
    const [own] = [...here.keys()].slice(-1)
    const fault = await victim.page().evaluate(async (id) => {
      const works = async () =>
        void (id !== undefined && (await bare.update('cases', id, { priority: 'high' })))
      return works().then(
        () => null,
        (failure: unknown) => String(failure),
      )
    }, own)
    if (fault !== null) finding(`${own} can not be changed: ${fault}`)
    await victim.page().evaluate(() => bare.settled())
    const { refused } = await victim.page().evaluate(() => bare.status())
    if (refused > 0) finding(`${refused} edits were refused`)
  }

  return {
    victim,
    finding,
    report: () => ({ saved, lost, torn, findings }),
    close: () => victim.close(),
    async enrol() {
      await victim.start()
      await enrolHere()
      await victim.page().evaluate(() => bare.settled())
      untouched = (await victim.page().evaluate(() => bare.content())).rest
    },
    scene: (phase) => ({
      victim,
      login: LOGIN,
      passphrases,
      async reopen() {
        await victim.page().reload()
        await victim.page().waitForFunction(() => 'bare' in globalThis)
        if (phase !== 'first load') return
        here = new Map()
        cases = cases.map(() => null)
      },
      async upgrade() {
        release += 1
        await victim.page().goto(`${url}/?release=${release}`)
        await victim.page().waitForFunction(() => 'bare' in globalThis)
      },
      async load() {
        const name = `load${loads.length + 1}`
        loads.push(name)
        const load = { name, siteId: siteId(), cases }
        await victim.page().evaluate((given) => bare.load(given), load)
      },
    }),
    async kill() {
      await victim.kill()
      kills += 1
    },
    async revive(phase) {
      await victim.start()
      const isHere = await victim.page().evaluate(() => bare.isEnrolled())
      if (!isHere && phase !== 'first load') finding('the copy is gone')
      await victim.page().evaluate(() => bare.setOnline(false))
      if (isHere) await unlock()
      if (isHere) await look(here, phase !== 'first load')
      await victim.page().evaluate(() => bare.setOnline(true))
      if (!isHere) await enrolHere()
      if (!isHere) await victim.page().evaluate(() => bare.settled())
      await workOn()
      await look(everything, true)
      here = new Map(everything)
    },
  }
}

function siteId(): Id {
  const { sites } = syntheticOrganisation({ seed: 'rounds', today: '2026-01-01', zone: 'America/New_York' })
  return sites[0].id
}
