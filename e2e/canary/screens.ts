import type { Page } from 'playwright-core'
import { openProfile } from '#build/browser.ts'
import { editRecord, openRecord } from '../harness/screens.ts'
import { codesIn } from './canaries.ts'
import { heapOf, keepBoundKeys, WHOLE_STRINGS } from './heap.ts'
import type { Heap } from './heap.ts'
import type { Screens } from './story.ts'

// The same profile under the hands of a person: what the screens leave in the browser's history, forms and caches is
// searched with the rest. And what is in memory, before and after the lock.

/** What a heap holds of what it should not hold after a lock. */
export type Remains = {
  readonly canaries: number
  /** One stands for the interface itself where a page has touched it. */
  readonly cryptoKeys: number
  /** Of the keys that were bound to the machine, as text. */
  readonly keys: number
  readonly passphrase: boolean
}

/** At the lock screen of a browser that was just started, at work, and at the lock screen again. */
export type Memory = {
  readonly started: Remains
  readonly open: Remains
  readonly locked: Remains
  readonly workersWhenLocked: number
}

/** With the browser's memory of pages left behind switched on, as people have it. */
const asPeopleHaveIt = { switches: [WHOLE_STRINGS], without: ['--disable-back-forward-cache'] }

export async function workWithScreens(screens: Screens): Promise<Memory> {
  const { profile, url, canaries } = screens
  const context = await openProfile(profile, asPeopleHaveIt)
  try {
    await context.addInitScript(keepBoundKeys)
    const page = context.pages()[0] ?? (await context.newPage())
    await page.goto(url)
    await page.getByRole('button', { name: 'Unlock' }).waitFor()
    const started = remains(await heapOf(page), [], screens)
    await unlock(page, screens)
    await openRecord(page, 'Cases', firstText(screens, 'cases', 'subject'))
    await editRecord(page, { Subject: canaries.next('cases.subject') })
    await page.keyboard.press('ControlOrMeta+K')
    const palette = page.getByRole('dialog')
    // What is typed before the palette has the focus goes elsewhere.
    await palette.locator('input').fill(firstText(screens, 'accounts', 'name'))
    await palette
      .getByText(firstText(screens, 'accounts', 'name'))
      .first()
      .waitFor()
    await page.keyboard.press('Escape')

    const keys = await page.evaluate(() => globalThis.boundKeys)
    const open = remains(await heapOf(page), keys, screens)
    await page.keyboard.press('ControlOrMeta+Shift+L')
    await page.getByRole('button', { name: 'Unlock' }).waitFor()
    const locked = remains(await heapOf(page), keys, screens)
    const workersWhenLocked = page.workers().length

    await unlock(page, screens)
    await crash(page)
    return { started, open, locked, workersWhenLocked }
  } finally {
    await context.close()
  }
}

async function unlock(page: Page, { passphrase }: Screens): Promise<void> {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await page.locator('[data-sync="done"]').waitFor({ timeout: 60_000 })
}

/** The process of the page dies of itself, as by a fault of the browser. */
async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash')
  await page.goto('chrome://crash').catch(() => undefined)
  await crashed
}

function firstText({ prepared }: Screens, module: string, field: string): string {
  const value = prepared.seeded.find((document) => document.module.name === module)?.data[field]
  if (typeof value !== 'string') throw new Error(`there is no record of ${module}`)
  return value
}

function remains(heap: Heap, keys: readonly string[], { passphrase }: Screens): Remains {
  const holds = (text: string) => heap.strings.some((string) => string.includes(text))
  return {
    canaries: codesIn(heap.strings.join('\n')).size,
    cryptoKeys: heap.count('CryptoKey'),
    keys: keys.filter(holds).length,
    passphrase: holds(passphrase),
  }
}
