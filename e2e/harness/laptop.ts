import type { BrowserContext } from 'playwright-core'

// What befalls a laptop: the power goes, the clock is wrong.

/** The browser's main process. Playwright starts it at the head of a process group, except on Windows. */
export async function processOf(context: BrowserContext): Promise<number> {
  const session = await context.browser()?.newBrowserCDPSession()
  const processes = (await session?.send('SystemInfo.getProcessInfo'))?.processInfo
  const main = processes?.find(({ type }) => type === 'browser')
  if (main === undefined) throw new Error('the browser names no process')
  await session?.detach()
  return main.id
}

/** Ends every process of the browser by SIGKILL; resolves when it is gone. */
export async function killBrowser(context: BrowserContext, main: number): Promise<void> {
  const gone = new Promise<void>((resolve) => context.once('close', () => resolve()))
  process.kill(process.platform === 'win32' ? main : -main, 'SIGKILL')
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
