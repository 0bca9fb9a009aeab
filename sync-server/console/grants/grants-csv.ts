import type { ConsoleGrant } from '../../console-api/protocol/grants.ts'
import { csvOf } from '../csv.ts'
import { scopeWords, userName } from './scope-words.ts'
import type { Choices } from './scope-words.ts'

const columns = [
  'State',
  'User',
  'Role',
  'Where',
  'Scope',
  'From',
  'Until',
  'Proposed by',
  'Proposed at',
  'Why',
  'Approved by',
  'Approved at',
  'Ended by',
  'Ended at',
  'Why ended',
]

/** Every grant as a line of a table (RFC 4180), for spreadsheets and reviewers. */
export function grantsCsv(grants: readonly ConsoleGrant[], choices: Choices | undefined): string {
  const lines = grants.map(({ grant, state, proposed, approved, ended }) => [
    state,
    userName(grant.userId, choices),
    grant.role,
    scopeWords(grant.scope, choices),
    grant.scope,
    grant.from,
    grant.until ?? '',
    proposed?.by ?? '',
    proposed?.at ?? '',
    proposed?.reason ?? '',
    approved?.by ?? '',
    approved?.at ?? '',
    ended?.by ?? '',
    ended?.at ?? '',
    ended?.reason ?? '',
  ])
  return csvOf([columns, ...lines])
}
