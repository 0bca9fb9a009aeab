import type { BrowserContext } from 'playwright-core'

// What befalls a laptop: the power goes, the clock is wrong.

/** Ends every process of the browser by SIGKILL; resolves when it is gone. */
export async function killBrowser(context: BrowserContext): Promise<void> {
  const browser = context.browser()
  if (browser === null) throw new Error('the browser has no process of its own')
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const main = processInfo.find(({ type }) => type === 'browser')
  if (main === undefined) throw new Error('the browser names no process')
  const gone = new Promise<void>((resolve) => context.once('close', () => resolve()))
  // Playwright starts a browser at the head of a process group, except on Windows.
  process.kill(process.platform === 'win32' ? main.id : -main.id, 'SIGKILL')
  await gone
}

/** Runs in the page before its own scripts. */
export function shiftClock(by: number): void {
  globalThis.Date = new Proxy(Date, {
    construct: (real, given, as) =>
      Reflect.construct(real, given.length === 0 ? [real.now() + by] : given, as),
    get: (real, key) => (key === 'now' ? () => real.now() + by : Reflect.get(real, key)),
  })
}
