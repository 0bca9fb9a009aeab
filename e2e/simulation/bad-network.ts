import { STREAM_PATH } from '#app/protocol/index.ts'
import type { Random } from '#sync-server/seed/random.ts'

/** A network that drops requests and answers, repeats, delays and cuts streams, by chance that repeats itself. */
export type BadNetwork = {
  readonly fetch: typeof fetch
  /** From now on everything arrives once. */
  heal(): void
  /** Nothing arrives until it comes back. */
  setOnline(online: boolean): void
}

const SHARE_OF_FAULTS = 0.08
const LONGEST_DELAY = 60
const LONGEST_STREAM = 2500

export function badNetwork(random: Random): BadNetwork {
  let bad = true
  let online = true

  async function call(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    const body = init?.body
    await delay(random.int(0, LONGEST_DELAY))
    refuseOffline()
    if (random.chance(SHARE_OF_FAULTS)) throw new TypeError('the request was dropped')
    if (random.chance(SHARE_OF_FAULTS)) await (await fetch(input, { ...init, body: body ?? null })).bytes()
    const answer = await fetch(input, init)
    await delay(random.int(0, LONGEST_DELAY))
    refuseOffline()
    if (random.chance(SHARE_OF_FAULTS)) throw new TypeError('the answer was dropped')
    return answer
  }

  function stream(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    const cut = AbortSignal.timeout(random.int(100, LONGEST_STREAM))
    const signals = init?.signal ? [init.signal, cut] : [cut]
    return fetch(input, { ...init, signal: AbortSignal.any(signals) })
  }

  function refuseOffline(): void {
    if (!online) throw new TypeError('there is no network')
  }

  return {
    fetch: async (input, init) => {
      refuseOffline()
      if (!bad) return fetch(input, init)
      return addressOf(input).endsWith(STREAM_PATH) ? stream(input, init) : call(input, init)
    },
    heal() {
      bad = false
      online = true
    },
    setOnline: (now) => void (online = now),
  }
}

function addressOf(input: string | URL | Request): string {
  return input instanceof Request ? input.url : input.toString()
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
