import type { BrowserContext, Page } from 'playwright-core'
import { openProfile } from '#build/browser.ts'
import type { Bare } from '../bare-client/page.ts'
import type { Told } from '../bare-client/told.ts'
import { killBrowser, processOf } from '../harness/laptop.ts'

// A browser on a profile that outlives it, with the replica in it, to be killed.

export type Victim = {
  /** Starts the browser and opens the page; nothing is unlocked. */
  start(): Promise<void>
  page(): Page
  /** Resolves with the next that the page tells of this type. */
  tells<Type extends Told['type']>(type: Type): Promise<Extract<Told, { type: Type }>>
  /** Whether a transaction of this start has ended. */
  hasSettled(transaction: number): boolean
  /** SIGKILL for every process of the browser. */
  kill(): Promise<void>
  close(): Promise<void>
}

const PATIENCE = 60_000

/** `url`: where its page is by now. */
export function newVictim(profile: string, url: () => string, hear: (what: Told) => void): Victim {
  let context: BrowserContext | null = null
  let browserProcess = 0
  let current: Page | null = null
  let settled = new Set<number>()
  const listeners = new Set<(what: Told) => void>()

  return {
    async start() {
      settled = new Set()
      context = await openProfile(profile)
      browserProcess = await processOf(context)
      current = context.pages()[0] ?? (await context.newPage())
      await current.exposeBinding('told', (_source, what: Told) => {
        if (what.type === 'settled') settled.add(what.transaction)
        hear(what)
        for (const listener of listeners) listener(what)
      })
      await current.goto(url())
      await current.waitForFunction(() => 'bare' in globalThis)
    },
    page() {
      if (current === null) throw new Error('the victim is not alive')
      return current
    },
    tells: <Type extends Told['type']>(type: Type) =>
      new Promise<Extract<Told, { type: Type }>>((resolve, reject) => {
        const late = setTimeout(() => end(() => reject(new Error(`the page never told: ${type}`))), PATIENCE)
        const listener = (what: Told): void => void (isOf(what, type) && end(() => resolve(what)))
        const end = (action: () => void): void => {
          clearTimeout(late)
          listeners.delete(listener)
          action()
        }
        listeners.add(listener)
      }),
    hasSettled: (transaction) => settled.has(transaction),
    async kill() {
      const killed = context
      context = null
      current = null
      if (killed !== null) await killBrowser(killed, browserProcess)
    },
    async close() {
      await context?.close()
      context = null
      current = null
    },
  }
}

function isOf<Type extends Told['type']>(what: Told, type: Type): what is Extract<Told, { type: Type }> {
  return what.type === type
}

declare global {
  /** In the page. */
  var bare: Bare
}
