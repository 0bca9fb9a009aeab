import type { Page } from 'playwright-core'

/** A disk on which only so many bytes are left for this client, as Chromium's own quota has it. */
export type FullDisk = {
  /** Somebody deletes their holiday pictures. */
  makeRoom(): Promise<void>
}

/** Leaves so many bytes on the disk, or none, beside what the client has written already, until somebody makes room. */
export async function leaveRoom(page: Page, bytes: number | 'none'): Promise<FullDisk> {
  const session = await page.context().newCDPSession(page)
  const { origin } = new URL(page.url())
  const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0)
  await session.send('Storage.overrideQuotaForOrigin', {
    origin,
    // Chromium's count of what is used lags behind: a quota that is overdrawn leaves nothing for sure.
    quotaSize: bytes === 'none' ? 1 : used + bytes,
  })
  return {
    async makeRoom() {
      await session.send('Storage.overrideQuotaForOrigin', { origin })
      await session.detach()
    },
  }
}
