import { instant } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import type { AuditAgent, NewAuditEntry, Store } from '../store/contract.ts'
import type { ConsoleCaller } from './signing-in/console-sessions.ts'

type Parts = { readonly store: Pick<Store, 'audit'>; readonly clock: Clock }

/** Written down before it is answered: who, from where, what, of which records, and why. */
export async function writeDown(
  { store, clock }: Parts,
  { by }: Pick<ConsoleCaller, 'by'>,
  entry: Omit<NewAuditEntry, 'at' | keyof AuditAgent>,
): Promise<void> {
  await store.audit.append({ at: instant(clock), ...by, ...entry })
}
