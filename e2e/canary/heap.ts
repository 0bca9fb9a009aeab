import type { CDPSession, Page } from 'playwright-core'

// What JavaScript can still reach, as the browser itself tells it: a heap snapshot after a collection. It shows strings,
// objects and their names, not the bytes of buffers, and not what is freed but not yet overwritten.

export type Heap = {
  readonly strings: readonly string[]
  /** Objects of this name that are reachable. */
  count(name: string): number
}

/** Strings are cut off in a snapshot unless the browser is started with this. */
export const WHOLE_STRINGS = '--js-flags=--heap-snapshot-string-limit=100000000'

export async function heapOf(page: Page): Promise<Heap> {
  const line = await page.context().newCDPSession(page)
  try {
    return readSnapshot(await takeSnapshot(line))
  } finally {
    await line.detach()
  }
}

async function takeSnapshot(line: CDPSession): Promise<string> {
  const chunks: string[] = []
  line.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void chunks.push(chunk))
  await line.send('HeapProfiler.enable')
  await line.send('HeapProfiler.collectGarbage')
  await line.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await line.send('HeapProfiler.disable')
  return chunks.join('')
}

type Snapshot = {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[]
      readonly node_types: readonly [readonly string[]]
    }
  }
  readonly nodes: readonly number[]
  readonly strings: readonly string[]
}

function readSnapshot(text: string): Heap {
  // The browser's own format, of the browser that the tests bring.
  const { snapshot, nodes, strings } = JSON.parse(text) as Snapshot
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [nameAt, typeAt] = [fields.indexOf('name'), fields.indexOf('type')]
  const things = new Set(['object', 'native'].map((type) => types[0].indexOf(type)))
  return {
    strings,
    count(name) {
      const wanted = strings.indexOf(name)
      let count = 0
      for (let at = 0; at < nodes.length; at += fields.length) {
        if (nodes[at + nameAt] === wanted && things.has(nodes[at + typeAt] ?? -1)) count += 1
      }
      return count
    },
  }
}

declare global {
  /** In the page: copies that a test keeps of the bound keys, so that it knows what to look for. */
  var boundKeys: string[]
}

/**
 * Runs in the page before its own scripts: keeps, in base64 as the page itself passes it on, each key that was bound to
 * the machine, from which HKDF makes the key that wraps all others. The copies die with the page, as all else in it.
 */
export function keepBoundKeys(): void {
  globalThis.boundKeys = []
  const { sign } = SubtleCrypto.prototype
  SubtleCrypto.prototype.sign = async function kept(algorithm, key, data) {
    const made = await sign.call(this, algorithm, key, data)
    if (algorithm === 'HMAC') globalThis.boundKeys.push(btoa(String.fromCodePoint(...new Uint8Array(made))))
    return made
  }
}
