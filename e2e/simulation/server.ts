import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import type { Store } from '#sync-server/store/index.ts'
import { hashPassword } from '#sync-server/access/signing-in/password.ts'
import { configFrom } from '#sync-server/config.ts'
import { forgetBefore } from '#sync-server/replication/prune-history.ts'
import { startServer } from '#sync-server/server.ts'
import type { ServerOrder } from './orders.ts'
import { onDisk } from './server-disk.ts'

// The real server in a process of its own, which also takes orders from the simulation over its parent's channel.

const cheap = { memory: 8_192, passes: 1, parallelism: 1 } as const
const { promise: opened, resolve: onOpen } = Promise.withResolvers<Store>()

async function obey(order: ServerOrder): Promise<void> {
  const store = await opened
  switch (order.type) {
    case 'move':
      await store.transaction(async ({ access }) => {
        for (const grant of order.grants) await access.saveGrant(grant)
      })
      return
    case 'forget-history': {
      const now = new Date().toISOString()
      await store.history.mark(now)
      await forgetBefore(store, now, 0)
    }
  }
}

/** Everybody signs in again and again; that a password costs half a second is tried elsewhere. */
async function makePasswordsCheap(): Promise<void> {
  const store = await opened
  const users = await store.access.users()
  if (users.every(({ passwordHash }) => isCheap(passwordHash))) return
  const passwordHash = await hashPassword(DEMO_PASSWORD, cheap)
  await store.transaction(async ({ access }) => {
    for (const user of users) await access.saveUser({ ...user, passwordHash })
  })
}

function isCheap(passwordHash: string | null): boolean {
  return passwordHash?.startsWith(`argon2id$${cheap.memory}$${cheap.passes}$`) ?? false
}

process.on('message', (order: ServerOrder) => {
  obey(order).then(
    () => process.send?.('done'),
    (fault: unknown) => process.send?.(fault instanceof Error ? fault.message : 'the order failed'),
  )
})
// Without its parent it serves nobody.
process.on('disconnect', () => process.exit())
const marker = process.env['SIMULATED_DISK']
const { url } = await startServer(configFrom(process.env), {
  onOpen,
  ...(marker === undefined ? {} : { between: onDisk(marker) }),
})
await makePasswordsCheap()
console.log(`Rounds is ready on ${url}`)
