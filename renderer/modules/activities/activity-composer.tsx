import { blankOf, instant, systemClock } from '#app/kernel/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { modules } from '#app/modules/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useBroadestPermission } from '#renderer/ui/data/use-permission.ts'
import { codesOf, optionsOf } from '#renderer/ui/fields/choice-field.tsx'
import { useAuthor } from '#renderer/ui/record/author.ts'
import { Composer } from '../shared/composer.tsx'
import type { Composed } from '../shared/composer.tsx'

type Activity = DataOfModule<'activities'>

type ActivityComposerProps = {
  /** What the activity is about. */
  readonly about: Partial<Pick<Activity, 'accountId' | 'contactIds' | 'opportunityId'>>
  /** The territory of what it is about, else the author's. */
  readonly territoryId: unknown
}

const types = [
  { value: 'visit', label: 'Visit' },
  { value: 'call', label: 'Call' },
  { value: 'meeting', label: 'Meeting' },
  { value: 'email', label: 'E-mail' },
  { value: 'note', label: 'Note' },
] as const
type Type = (typeof types)[number]['value']

const outcomes = optionsOf(codesOf(modules.activities.fields.outcome.schema))

/** Writes down a visit, a call or a note about an account, a contact or an opportunity. */
export function ActivityComposer({ about, territoryId }: ActivityComposerProps) {
  const replica = useReplica()
  const author = useAuthor()
  const permission = useBroadestPermission('activities')
  if (!permission.create) return null

  function save({ type, subject, body, outcome }: Composed<Type>) {
    const data = {
      ...blankOf(modules.activities),
      type,
      subject,
      body,
      outcome: outcome as Activity['outcome'],
      occurredAt: instant(systemClock),
      ownerId: author.user.id,
      territoryId: typeof territoryId === 'string' ? territoryId : author.territoryId,
      ...about,
    }
    // Every field is there: what `blankOf` leaves out is given above, and the replica checks it.
    return replica.create('activities', data as Activity)
  }

  return <Composer label="Log a visit, call or note" types={types} outcomes={outcomes} save={save} />
}
