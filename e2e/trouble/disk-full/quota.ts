import type { Page } from 'playwright-core'

/** A disk on which only so many bytes are left for this client, as Chromium's own quota has it. */
export type FullDisk = {
  /** Somebody deletes their holiday pictures. */
  makeRoom(): Promise<void>
}

/** How long Chromium believes in a quota, in milliseconds, and a little more. */
const QUOTA_KEPT = 31_000
/** How long what is used has to stay the same, in milliseconds. */
const STAYS_FOR = 4_000

/**
 * Leaves so many bytes on the disk, beside what the client has written already, until somebody makes room. Resolves when
 * Chromium knows: it looks at a quota anew only where the room that it last saw is used up, or half a minute later, and the
 * client has written to its storage since it was loaded.
 */
export async function leaveRoom(page: Page, bytes: number): Promise<FullDisk> {
  const used = await page.evaluate(async (still) => {
    // The code that the browser keeps for a start without the server counts, too, and is written while the page is there.
    await navigator.serviceWorker.ready
    for (let last = -1; ;) {
      const { usage = 0 } = await navigator.storage.estimate()
      if (usage === last) return usage
      last = usage
      await new Promise((resolve) => setTimeout(resolve, still))
    }
  }, STAYS_FOR)
  return limit(page, used + bytes)
}

/**
 * Leaves no room at all. Not the same as no byte beside what is used: Chromium's figure of that is an estimate, and may
 * shrink afterwards by as much as a laptop needs to be set up.
 */
export async function leaveNoRoom(page: Page): Promise<FullDisk> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => null))
  // None at all would mean no limit.
  return limit(page, 1)
}

async function limit(page: Page, quotaSize: number): Promise<FullDisk> {
  const session = await page.context().newCDPSession(page)
  const { origin } = new URL(page.url())
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize })
  await new Promise((resolve) => setTimeout(resolve, QUOTA_KEPT))
  return {
    async makeRoom() {
      await session.send('Storage.overrideQuotaForOrigin', { origin })
      await session.detach()
    },
  }
}
