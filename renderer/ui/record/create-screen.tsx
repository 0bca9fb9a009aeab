import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { blankOf, instant, systemClock } from '#app/kernel/index.ts'
import type { Envelope } from '#app/kernel/index.ts'
import { useReplica } from '../data/replica-context.tsx'
import { anyModule, useBroadestPermission } from '../data/use-permission.ts'
import { createRecord } from '../data/write-record.ts'
import { Empty } from '../feedback/empty.tsx'
import { describeCode } from '../feedback/describe-fault.ts'
import { RecordFormScreen } from '../form/record-form-screen.tsx'
import { useAuthor } from './author.ts'
import type { Author, Presentation, RecordData, RecordView } from './presentation.ts'

type CreateScreenProps = {
  readonly presentation: Presentation
  /** Ids that the page which led here knows: the patient of a new case. */
  readonly given: RecordData
}

/** A new record, filled in as far as it is known who makes it, and where from. */
export function CreateScreen({ presentation, given }: CreateScreenProps) {
  const replica = useReplica()
  const navigate = useNavigate()
  const author = useAuthor()
  const { module } = presentation
  const definition = anyModule(module)
  const permission = useBroadestPermission(module)
  const key = JSON.stringify(given)
  const base = useMemo(
    () => startOf(presentation, author, JSON.parse(key) as RecordData),
    [presentation, author, key],
  )
  if (!permission.create) {
    const fault = describeCode('access.forbidden')
    return <Empty title={fault.says}>{fault.remedy}</Empty>
  }
  return (
    <RecordFormScreen
      key={key}
      title={`New ${definition.label.one.toLowerCase()}`}
      presentation={presentation}
      base={base}
      writable={permission.write}
      saveLabel={`Save ${definition.label.one.toLowerCase()}`}
      save={async (_changed, typed) => {
        const made = await createRecord(replica, module, { ...dataOf(base, definition.fields), ...typed })
        await navigate({ to: '/$module/$id', params: { module, id: made.id }, replace: true })
      }}
      onCancel={() => void navigate({ to: '/$module', params: { module } })}
    />
  )
}

function startOf(presentation: Presentation, author: Author, given: RecordData): RecordView {
  const definition = anyModule(presentation.module)
  const known = Object.fromEntries(
    Object.entries(given).filter(([name]) => Object.hasOwn(definition.fields, name)),
  )
  return {
    ...emptyEnvelope(definition.kind, author),
    ...blankOf(definition),
    ...presentation.prefill?.(author),
    ...known,
  }
}

function emptyEnvelope(kind: string, { user, organisation }: Author): Envelope {
  const stamp = { at: instant(systemClock), by: user.id, origin: 'person' } as const
  return {
    id: '',
    kind,
    orgId: organisation.id,
    rev: '',
    edit: '',
    scopes: [],
    created: stamp,
    updated: stamp,
    removedAt: null,
    ext: {},
    sources: {},
    conflicts: [],
  }
}

function dataOf(base: RecordView, fields: object): RecordData {
  return Object.fromEntries(Object.entries(base).filter(([name]) => Object.hasOwn(fields, name)))
}
