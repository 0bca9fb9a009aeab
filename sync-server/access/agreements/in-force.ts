import type { Id } from '#app/kernel/index.ts'
import type { Store, StoredAgreement } from '../../store/contract.ts'

// On what ground other organisations' machines are let in, and told. Looked up each time, so that an end counts at once.

export type AgreementState = 'to come' | 'holds' | 'over'

/** In force within its days (UTC), the last one included, unless it was ended before. */
export function agreementState({ from, until, endedAt }: StoredAgreement, at: string): AgreementState {
  const day = at.slice(0, 10)
  if ((endedAt !== null && endedAt <= at) || (until !== null && until < day)) return 'over'
  return from <= day ? 'holds' : 'to come'
}

/** Null where none is named, where there is no such agreement, and where it is not in force at the instant. */
export async function agreementInForce(
  { integrations }: Pick<Store, 'integrations'>,
  id: Id | null,
  at: string,
): Promise<StoredAgreement | null> {
  const agreement = id === null ? null : await integrations.agreement(id)
  return agreement !== null && agreementState(agreement, at) === 'holds' ? agreement : null
}
