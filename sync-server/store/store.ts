import { AsyncLocalStorage } from 'node:async_hooks'
import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { createAuditStore } from '#sync-server/audit/audit-store.ts'
import { createAccessStore } from './access/access-store.ts'
import { createBlobStore } from './blobs/blob-store.ts'
import type { Committed, Identity, Reader, Store, WriteTransaction } from './contract.ts'
import { takeNumbers } from './dialects/counters.ts'
import { createDeskStore } from './inbox/desk-store.ts'
import type { Dialect, Executor } from './dialects/dialect.ts'
import { flush, LostRace } from './documents/flush.ts'
import { createReader } from './documents/reader.ts'
import { Staging } from './documents/staging.ts'
import { createTransaction } from './documents/transaction.ts'
import { createErasureStore } from './erasure-store.ts'
import { createFeedStore } from './inbox/feed-store.ts'
import { createHistoryStore } from './history-store.ts'
import { createInboxStore } from './inbox/inbox-store.ts'
import { inboxTransaction } from './inbox/inbox-transaction.ts'
import { createOutboxStore } from './outbox/outbox-store.ts'
import { outboxTransaction } from './outbox/outbox-statements.ts'
import { createIntegrationStore } from './access/integration-store.ts'
import { addDataKey, refreshKeyRing } from './sealing/key-ring.ts'
import { readIdentity, writeIncarnation, writeOrganisation } from './organisation.ts'
import type { Port } from './port.ts'
import { UnknownDataKey } from './sealing/vault.ts'
import type { Vault } from './sealing/vault.ts'

const ATTEMPTS = 6

/** The store over a dialect whose tables and keys are ready. */
export function createStore(dialect: Dialect, vault: Vault): Store {
  const port = outerPort(dialect, vault)
  const identity = rememberIdentity(dialect, vault)
  const existing = async (): Promise<Identity> => {
    const found = await identity.read()
    if (found === null) throw new Error('the store has no organisation yet')
    return found
  }
  return {
    dialect: dialect.name,
    identity: () => identity.read(),
    async createOrganisation(organisation) {
      await dialect.write((executor) => writeOrganisation(executor, vault, organisation))
      return existing()
    },
    async renewIncarnation() {
      await port.write(writeIncarnation, 'access')
      identity.forget()
      return existing()
    },
    async rotateDataKey() {
      const made = await port.write((executor) => addDataKey(executor, vault))
      vault.adopt([made])
    },
    transaction: (work) => again(port, () => transactOnce(port, work)),
    snapshot: (work) => again(port, () => readOnce(port, work)),
    isUnavailable: (error) => port.dialect.isUnavailable(error),
    access: createAccessStore(port),
    inbox: createInboxStore(port),
    outbox: createOutboxStore(port),
    feeds: createFeedStore(port),
    desk: createDeskStore(port),
    integrations: createIntegrationStore(port),
    audit: createAuditStore(port),
    blobs: createBlobStore(port),
    history: createHistoryStore(port),
    erasures: createErasureStore(port),
    onChange: (listener) => dialect.changes.listen(listener),
    close: () => dialect.close(),
  }
}

/** Asked for with every request and changed once in years: read again after any change of access, which it signals. */
function rememberIdentity(dialect: Dialect, vault: Vault) {
  let known: Identity | null = null
  let forgotten = 0
  const forget = () => {
    known = null
    forgotten += 1
  }
  dialect.changes.listen((change) => {
    if (change.type === 'access') forget()
  })
  return {
    forget,
    async read(): Promise<Identity | null> {
      if (known !== null) return known
      const before = forgotten
      const found = await readIdentity(dialect.reader, vault)
      // What was read while it changed is not kept.
      if (before === forgotten) known = found
      return found
    },
  }
}

/** Set while a transaction runs, because a second write within it would wait for the first for ever. */
const transactions = new AsyncLocalStorage<Dialect>()

function outerPort(dialect: Dialect, vault: Vault): Port {
  const ready = async (): Promise<void> => {
    if (!vault.isBound && (await readIdentity(dialect.reader, vault)) === null) {
      throw new Error('the store has no organisation yet')
    }
  }
  const refuseWithin = (): void => {
    if (transactions.getStore() === dialect) throw new Error('within a transaction, write through its tx')
  }
  return {
    dialect,
    vault,
    refuseWithin,
    async reader() {
      await ready()
      return dialect.reader
    },
    async write(work, signal) {
      refuseWithin()
      await ready()
      const heads = new Map<string, number>()
      const result = await transactions.run(dialect, () =>
        dialect.write(async (executor) => {
          const made = await work(executor)
          if (signal !== undefined) heads.set(signal, await takeNumbers({ executor, dialect }, signal, 1))
          return made
        }),
      )
      dialect.changes.observe(heads)
      return result
    },
  }
}

async function transactOnce<T>(
  port: Port,
  work: (tx: WriteTransaction) => Promise<T>,
): Promise<Committed<T>> {
  const { dialect, vault } = port
  const staging = new Staging()
  const { result, flushed } = await port.write(async (executor) => {
    const context = { executor, dialect, vault }
    const tx = createTransaction({
      context,
      staging,
      access: createAccessStore(innerPort(port, executor, staging)),
      messages: {
        ...inboxTransaction(port, executor, staging),
        ...outboxTransaction(executor, staging),
      },
    })
    const made = await work(tx)
    return { result: made, flushed: await flush(context, staging) }
  })
  dialect.changes.observe(flushed.heads)
  return { result, written: flushed.written }
}

/** Writes of a transaction go out with its commit; what they signal is numbered with the rest. */
function innerPort({ dialect, vault }: Port, executor: Executor, staging: Staging): Port {
  return {
    dialect,
    vault,
    reader: async () => executor,
    refuseWithin: () => {},
    write(work, signal) {
      if (signal !== undefined) staging.signals.add(signal)
      return work(executor)
    },
  }
}

async function readOnce<T>({ dialect, vault, reader }: Port, work: (read: Reader) => Promise<T>): Promise<T> {
  await reader()
  return dialect.snapshot((executor) => work(createReader({ executor, dialect, vault })))
}

/** Runs once more what failed for what another did at the same time, after a short and growing wait. */
async function again<T>({ dialect, vault }: Port, attempt: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (round === ATTEMPTS) throw error
      if (error instanceof UnknownDataKey) await refreshKeyRing(dialect.reader, vault)
      else if (!(error instanceof LostRace) && !dialect.isContention(error)) throw error
      else await pause(randomInt(5 * 2 ** round))
    }
  }
}
