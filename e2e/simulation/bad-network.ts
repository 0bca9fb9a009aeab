import { STREAM_PATH } from '#app/protocol/index.ts'
import type { Random } from '#sync-server/seed/random.ts'
import type { FaultKind } from './faults.ts'

/**
 * A network that drops, repeats, delays and cuts, by chance that repeats itself. It leads to several processes of one
 * server: to another one as soon as one does not answer, as the balancer before them would.
 */
export type BadNetwork = {
  readonly fetch: typeof fetch
  /** From now on everything arrives once. */
  heal(): void
  /** Nothing arrives until it comes back. */
  setOnline(online: boolean): void
}

type Options = {
  readonly random: Random
  /** The processes of the server; what is called speaks to the first. */
  readonly urls: readonly string[]
  note(kind: FaultKind): void
}
type Call = Parameters<typeof fetch>

const SHARE_OF_FAULTS = 0.06
const LONGEST_DELAY = 60
/** Long enough for later calls to arrive before this one. */
const OVERTAKEN = [150, 700] as const
const LATE = [100, 2000] as const
const LONGEST_STREAM = 2500

export function badNetwork({ random, urls, note }: Options): BadNetwork {
  let bad = true
  let online = true
  const happens = (kind: FaultKind): boolean => {
    const does = random.chance(SHARE_OF_FAULTS)
    if (does) note(kind)
    return does
  }
  const refuseOffline = (): void => {
    if (!online) throw new TypeError('there is no network')
  }
  const reach = balanced(urls, note)

  async function call(...[input, init]: Call): Promise<Response> {
    await delay(random.int(0, LONGEST_DELAY))
    refuseOffline()
    if (happens('request dropped')) throw new TypeError('the request was dropped')
    if (happens('request overtaken')) await delay(random.int(...OVERTAKEN))
    if (happens('request repeated')) await (await reach(input, init)).bytes()
    if (happens('request repeated late')) void repeatLater(random.int(...LATE), input, init)
    const answer = await reach(input, init)
    await delay(random.int(0, LONGEST_DELAY))
    refuseOffline()
    if (happens('answer dropped')) throw new TypeError('the answer was dropped')
    return happens('answer cut') ? cutShort(answer, random) : answer
  }

  /** A copy that went another way, and comes when nobody expects it any more. */
  async function repeatLater(after: number, ...[input, init]: Call): Promise<void> {
    await delay(after)
    await reach(input, { ...init, signal: null })
      .then((answer) => answer.bytes())
      .catch(() => undefined)
  }

  function stream(...[input, init]: Call): Promise<Response> {
    const cut = AbortSignal.timeout(random.int(100, LONGEST_STREAM))
    note('stream cut')
    const signals = init?.signal ? [init.signal, cut] : [cut]
    return reach(input, { ...init, signal: AbortSignal.any(signals) })
  }

  return {
    fetch: async (input, init) => {
      refuseOffline()
      if (!bad) return reach(input, init)
      return addressOf(input).endsWith(STREAM_PATH) ? stream(input, init) : call(input, init)
    },
    heal() {
      bad = false
      online = true
    },
    setOnline: (now) => void (online = now),
  }
}

/** Keeps to one process while it answers. */
function balanced(urls: readonly string[], note: (kind: FaultKind) => void): typeof fetch {
  const [first = ''] = urls
  let at = 0
  return async (input, init) => {
    const address = addressOf(input)
    const tried = at
    try {
      return await fetch(address.replace(first, urls[at] ?? first), init)
    } catch (failure) {
      if (urls.length > 1 && init?.signal?.aborted !== true && at === tried) {
        at = (at + 1) % urls.length
        note('failover')
      }
      throw failure
    }
  }
}

/** The line breaks in the middle of the answer: the server has done what it was asked to. */
async function cutShort(answer: Response, random: Random): Promise<Response> {
  const bytes = await answer.bytes()
  const arrived = bytes.slice(0, random.int(0, Math.max(0, bytes.length - 1)))
  let sent = false
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent || arrived.length === 0) controller.error(new TypeError('the answer was cut'))
      else controller.enqueue(arrived)
      sent = true
    },
  })
  return new Response(body, { status: answer.status, headers: { 'content-type': 'application/json' } })
}

function addressOf(input: string | URL | Request): string {
  return input instanceof Request ? input.url : input.toString()
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
