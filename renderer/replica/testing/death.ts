import type { Laptop } from './replica-on-memory.ts'

/**
 * Lets the client die at one point: before or behind a write to the disk, before a request leaves, or after the server has done
 * what it asks, but before the answer is here. `died` resolves then, or never.
 */
export function deathAt(made: Laptop, point: number) {
  const died = Promise.withResolvers<void>()
  let passed = 0
  let dead = false
  let left = snapshot(made)
  const pass = (): void => {
    passed += 1
    if (passed !== point || dead) return
    dead = true
    left = snapshot(made)
    died.resolve()
  }
  // What the dead client goes on doing reaches neither the server nor the disk that is opened again.
  const reach = (): void => {
    pass()
    if (dead) throw new TypeError('the client is gone')
  }
  made.disk.slowDown(() => Promise.resolve(pass()))
  made.server.script.request = reach
  made.server.script.answer = reach
  return {
    died: died.promise,
    /** Leaves what lay on the disk at that moment. False where there was no such point. */
    async bury(): Promise<boolean> {
      // Behind the last write.
      pass()
      await made.close()
      made.disk.slowDown(() => Promise.resolve())
      delete made.server.script.request
      delete made.server.script.answer
      if (dead) put(made, left)
      return dead
    },
  }
}

function snapshot({ disk }: Laptop) {
  return { pages: new Map(disk.pages), head: disk.head, header: disk.header }
}

function put({ disk }: Laptop, { pages, head, header }: ReturnType<typeof snapshot>): void {
  disk.pages.clear()
  for (const [key, page] of pages) disk.pages.set(key, page)
  disk.head = head
  disk.header = header
}
