import type { Page } from 'playwright-core'

/** A disk on which only so many bytes are left for this client, as Chromium's own quota has it. */
export type FullDisk = {
  /** Somebody deletes their holiday pictures. */
  makeRoom(): Promise<void>
}

/**
 * Leaves so many bytes on the disk, beside what the client has written already, until somebody makes room. To be asked for
 * before the client opens its replica: Chromium looks at a quota anew only where the room that it last saw is used up, or
 * half a minute later.
 */
export async function leaveRoom(page: Page, bytes: number): Promise<FullDisk> {
  const session = await page.context().newCDPSession(page)
  const { origin } = new URL(page.url())
  const used = await page.evaluate(async () => {
    // The code that the browser keeps for a start without the server counts, too.
    await navigator.serviceWorker.ready
    return (await navigator.storage.estimate()).usage ?? 0
  })
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: used + bytes })
  return {
    async makeRoom() {
      await session.send('Storage.overrideQuotaForOrigin', { origin })
      await session.detach()
    },
  }
}
