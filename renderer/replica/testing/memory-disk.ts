import type {
  PageCommit,
  PageKey,
  PageStore,
  PieceKey,
  PieceStore,
} from '../storage/page-store/page-store.ts'

type Bytes = Uint8Array<ArrayBuffer>

/**
 * A disk in memory that fails as disks and machines do: for tests and the simulation. What a page store wrote outlives
 * it; opening the disk again ends the store opened before, as a restart ends a process.
 */
export type MemoryDisk = {
  open(): PageStore
  /** The next write (a commit, or a header) fails and leaves no trace, as on a full disk. */
  failNextCommit(): void
  /** The process dies in the next write, which took effect or did not: whoever waits never hears. Resolves then. */
  dieInNextCommit(effect: 'done' | 'undone'): Promise<void>
  /** The power goes: of the relaxed commits after the last strict one, the last `lost` never reached the disk. */
  powerCut(lost: number): void
  /** How many relaxed commits a power cut could take. */
  atRisk(): number
  /** Every commit waits for this first. */
  slowDown(wait: () => Promise<void>): void
  /** Every reading of pages waits for this first. */
  holdReading(wait: (keys: readonly PageKey[]) => Promise<void>): void
  /** What lies on the disk, for tests that damage it. */
  readonly pages: Map<PageKey, Bytes>
  /** Pieces of files, by file and position. */
  readonly pieces: Map<string, Bytes>
  head: Bytes | null
  header: Bytes | null
}

type Fault = 'fail' | 'die-done' | 'die-undone'
type Content = {
  pages: Map<PageKey, Bytes>
  pieces: Map<string, Bytes>
  head: Bytes | null
  header: Bytes | null
}

export function memoryDisk(): MemoryDisk {
  const content: Content = { pages: new Map(), pieces: new Map(), head: null, header: null }
  /** For each relaxed commit since the last strict one, what undoes it. */
  let undo: (() => void)[] = []
  let fault: Fault | null = null
  let died: () => void = () => undefined
  let slow: () => Promise<void> = () => Promise.resolve()
  let hold: (keys: readonly PageKey[]) => Promise<void> = () => Promise.resolve()
  let generation = 0

  function apply(commit: PageCommit): void {
    const before = snapshot(content, commit)
    for (const [key, bytes] of commit.put) content.pages.set(key, bytes.slice())
    for (const key of commit.remove) content.pages.delete(key)
    content.head = commit.head.slice()
    undo = commit.durability === 'strict' ? [] : [...undo, before]
  }

  async function write(mine: number, change: () => void): Promise<void> {
    await slow()
    if (mine !== generation) return never()
    const happening = fault
    fault = null
    if (happening === 'fail') throw new Error('the disk is full')
    if (happening !== 'die-undone') change()
    if (happening === null) return
    generation += 1
    died()
    return never()
  }

  /** Strict, as every write of a header: what came before it is on the disk too. */
  function applyHeader(header: Bytes | null): void {
    content.header = header?.slice() ?? null
    undo = []
  }

  return {
    open() {
      generation += 1
      const mine = generation
      return openStore(content, {
        alive: () => mine === generation,
        hold: (keys) => hold(keys),
        commit: (change) => write(mine, () => apply(change)),
        writeHeader: (header) => write(mine, () => applyHeader(header)),
        write: (change) => write(mine, change),
      })
    },
    failNextCommit: () => void (fault = 'fail'),
    dieInNextCommit(effect) {
      fault = effect === 'done' ? 'die-done' : 'die-undone'
      return new Promise((resolve) => (died = resolve))
    },
    powerCut(lost) {
      generation += 1
      for (const back of undo.splice(Math.max(0, undo.length - lost)).toReversed()) back()
      undo = []
    },
    atRisk: () => undo.length,
    slowDown: (wait) => void (slow = wait),
    holdReading: (wait) => void (hold = wait),
    get pages() {
      return content.pages
    },
    get pieces() {
      return content.pieces
    },
    get head() {
      return content.head
    },
    set head(head) {
      content.head = head
    },
    get header() {
      return content.header
    },
    set header(header) {
      content.header = header
    },
  }
}

function openStore(
  content: Content,
  {
    alive,
    hold,
    commit,
    writeHeader,
    write,
  }: Pick<PageStore, 'commit'> & {
    alive(): boolean
    hold(keys: readonly PageKey[]): Promise<void>
    writeHeader(header: Bytes | null): Promise<void>
    write(change: () => void): Promise<void>
  },
): PageStore {
  let closed = false
  function read<Result>(answer: () => Result): Promise<Result> {
    if (closed) return Promise.reject(new Error('the page store is closed'))
    return alive() ? Promise.resolve(answer()) : never()
  }
  return {
    readHeader: () => read(() => content.header?.slice() ?? null),
    writeHeader: async (header) => read(() => undefined).then(() => writeHeader(header)),
    shredHeader: async () => read(() => undefined).then(() => writeHeader(null)),
    readHead: () => read(() => content.head?.slice() ?? null),
    keys: () => read(() => [...content.pages.keys()]),
    async read(keys) {
      await hold(keys)
      return read(() => {
        const found = keys.map((key) => [key, content.pages.get(key)?.slice()] as const)
        return new Map(found.filter((entry): entry is [PageKey, Bytes] => entry[1] !== undefined))
      })
    },
    commit: async (change) => read(() => undefined).then(() => commit(change)),
    size: () =>
      read(() => ({
        pages: content.pages.size,
        bytes: [...content.pages.values()].reduce((sum, page) => sum + page.length, 0),
      })),
    pieces: piecesOn(content, { read, write }),
    async close() {
      closed = true
    },
    async destroy() {
      closed = true
      content.pages.clear()
      content.pieces.clear()
      content.head = null
      content.header = null
    },
  }
}

/** A power cut takes none of them: what pages lose and files keep is the harder case for who reads them. */
function piecesOn(
  { pieces }: Content,
  disk: {
    read<Result>(answer: () => Result): Promise<Result>
    write(change: () => void): Promise<void>
  },
): PieceStore {
  const keyOf = (name: string): PieceKey => {
    const [file = 0, position = 0] = name.split('/').map(Number)
    return [file, position]
  }
  return {
    put: (key, piece) =>
      disk.read(() => undefined).then(() => disk.write(() => void pieces.set(key.join('/'), piece.slice()))),
    get: (key) => disk.read(() => pieces.get(key.join('/'))?.slice() ?? null),
    keys: () => disk.read(() => [...pieces.keys()].map(keyOf).toSorted((a, b) => a[0] - b[0] || a[1] - b[1])),
    remove: (file) =>
      disk
        .read(() => undefined)
        .then(() =>
          disk.write(() => {
            for (const name of pieces.keys()) if (keyOf(name)[0] === file) pieces.delete(name)
          }),
        ),
  }
}

/** What takes a commit back. */
function snapshot(content: Content, commit: PageCommit): () => void {
  const { head } = content
  const touched = [...commit.put.keys(), ...commit.remove].map(
    (key) => [key, content.pages.get(key)] as const,
  )
  return () => {
    content.head = head
    for (const [key, bytes] of touched) {
      if (bytes === undefined) content.pages.delete(key)
      else content.pages.set(key, bytes)
    }
  }
}

/** The answer that a dead process waits for. */
function never(): Promise<never> {
  return new Promise(() => undefined)
}
