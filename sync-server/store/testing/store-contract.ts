import { afterEach, beforeEach, describe } from 'vitest'
import type { Store } from '../contract.ts'
import { accessContract } from './access-contract.ts'
import { alertContract } from './alert-contract.ts'
import { auditContract } from './audit-contract.ts'
import { deskContract } from './desk-contract.ts'
import { blobContract } from './blob-contract.ts'
import { documentContract } from './document-contract.ts'
import { erasureContract } from './erasure-contract.ts'
import { evictionContract } from './eviction-contract.ts'
import { historyContract } from './history-contract.ts'
import { inboxContract } from './inbox-contract.ts'
import { outboxContract } from './outbox-contract.ts'
import { integrationContract } from './integration-contract.ts'
import { orderContract } from './order-contract.ts'
import { pullContract } from './pull-contract.ts'
import { sampleOrganisation } from './samples.ts'
import { sealingContract } from './sealing-contract.ts'
import { waysInContract } from './ways-in-contract.ts'

/** A place of one test where stores can be opened, looked into and damaged. */
export type StoreSite = {
  /** Opens the store here; on PostgreSQL any number at once. */
  open(): Promise<Store>
  /** Every byte that lies here, with the bytes of a table's columns as they are. */
  bytes(): Promise<Buffer>
  /** Runs a statement past the store, as someone with the database in hand would. */
  sql(statement: string): Promise<void>
  dispose(): Promise<void>
}

/** What a part of the suite gets: a fresh site and an open store with an organisation. */
export type Subject = { readonly site: () => StoreSite; readonly store: () => Store }

/** The contract, over one implementation. */
export function storeContract(name: string, makeSite: () => Promise<StoreSite>): void {
  describe(`the store contract on ${name}`, () => {
    let site: StoreSite | undefined
    let store: Store | undefined

    beforeEach(async () => {
      site = await makeSite()
      store = await site.open()
      await store.createOrganisation(sampleOrganisation)
    })
    afterEach(async () => {
      await store?.close()
      await site?.dispose()
      store = undefined
      site = undefined
    })

    const subject: Subject = { site: () => present(site), store: () => present(store) }
    documentContract(subject)
    pullContract(subject)
    orderContract(subject)
    accessContract(subject)
    evictionContract(subject)
    alertContract(subject)
    waysInContract(subject)
    inboxContract(subject)
    deskContract(subject)
    outboxContract(subject)
    integrationContract(subject)
    auditContract(subject)
    blobContract(subject)
    erasureContract(subject)
    historyContract(subject)
    sealingContract(subject)
  })
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('used outside of a test')
  return value
}
