import type { JournalEntry, ReplicaContent } from './journal.ts'

/** What must hold after every run. Each fault is one sentence; none means that all is well. */
export type Findings = readonly string[]

/** Every replica shows what the server shows its user: the reference replica of the user was filled afresh. */
export function differences(content: ReplicaContent, reference: ReplicaContent): Findings {
  const keys = new Set([...content.documents.keys(), ...reference.documents.keys()])
  const found: string[] = []
  for (const key of keys) {
    const mine = content.documents.get(key)
    const theirs = reference.documents.get(key)
    if (mine === theirs) continue
    if (mine === undefined) found.push(`${content.login} lacks ${key}`)
    else if (theirs === undefined) found.push(`${content.login} still has ${key}: ${stateOf(mine)}`)
    else {
      const states = `${stateOf(mine)} and ${stateOf(theirs)}`
      found.push(`${content.login} shows another ${key}: ${firstDifference(mine, theirs)} ${states}`)
    }
  }
  return found
}

/**
 * No acknowledged edit is lost: what was written is in the document, or in its ledger, or in the author's quarantine,
 * or somebody who saw it replaced it. A feed that says something else has seen its own last word. `isExcused`: what a
 * backup that was put back has cost.
 */
export function lostEdits(
  acknowledged: readonly JournalEntry[],
  intended: readonly JournalEntry[],
  contents: readonly ReplicaContent[],
  isExcused: (entry: JournalEntry) => boolean = () => false,
): Findings {
  const replaced = new Set(intended.map(({ seen }) => seen))
  const quarantined = contents.flatMap(({ quarantine }) => quarantine).join('\n')
  const lastOfFeed = new Map(intended.filter(isFeeds).map((entry) => [entry.id, entry.number]))
  return acknowledged
    .filter((entry) => !isFeeds(entry) || lastOfFeed.get(entry.id) === entry.number)
    .filter(({ module, id, written }) => {
      const quoted = JSON.stringify(written)
      const shown = contents.some(({ documents }) => documents.get(`${module}/${id}`)?.includes(quoted))
      return !shown && !replaced.has(written) && !quarantined.includes(quoted)
    })
    .filter((entry) => !isExcused(entry))
    .map(
      ({ client, module, id, field, written }) => `${client} lost ${written} in ${field} of ${module}/${id}`,
    )
}

function isFeeds({ rule }: JournalEntry): boolean {
  return rule === 'feed'
}

/** What of a record says where it stands. */
function stateOf(document: string): string {
  const { rev, edit, scopes, updated, conflicts } = JSON.parse(document) as Record<string, unknown>
  return JSON.stringify({ rev, edit, scopes, updated, conflicts })
}

function firstDifference(a: string, b: string): string {
  let at = 0
  while (a[at] === b[at]) at += 1
  const from = Math.max(0, at - 40)
  return `…${a.slice(from, at + 60)}… instead of …${b.slice(from, at + 60)}…`
}
