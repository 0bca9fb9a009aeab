import { Alert } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import { codeOf, sameJson } from '#app/kernel/index.ts'
import { useReplica } from '../data/replica-context.tsx'
import { titleOf } from '../data/titles.ts'
import { useLookup } from '../data/use-lookup.ts'
import { anyModule, usePermission } from '../data/use-permission.ts'
import { useRecord } from '../data/use-records.ts'
import { updateRecord } from '../data/write-record.ts'
import { RecordFormScreen } from '../form/record-form-screen.tsx'
import type { Presentation, RecordView } from './presentation.ts'

type EditScreenProps = { readonly presentation: Presentation; readonly id: Id }

/** Changes an existing record; only fields that were touched are written. */
export function EditScreen({ presentation, id }: EditScreenProps) {
  const observed = useRecord(presentation.module, id)
  if (observed.state === 'waiting' || observed.value === null) return null
  return <EditForm presentation={presentation} latest={observed.value} />
}

function EditForm({
  presentation,
  latest,
}: {
  readonly presentation: Presentation
  readonly latest: RecordView
}) {
  const replica = useReplica()
  const navigate = useNavigate()
  const { module } = presentation
  // The form rests on the record as it was when it opened; what arrives meanwhile is brought together with it.
  const [base] = useState(latest)
  // What the person has seen: once a newer value was pointed out, saving again replaces it.
  const seen = useRef(base)
  const permission = usePermission(module, base.scopes)
  const back = () => navigate({ to: '/$module/$id', params: { module, id: base.id } })
  return (
    <RecordFormScreen
      title={`Edit ${titleOf(module, base)}`}
      presentation={presentation}
      base={base}
      writable={permission.write}
      saveLabel="Save"
      notice={<ChangedMeanwhile presentation={presentation} base={base} latest={latest} />}
      save={async (changed) => {
        if (Object.keys(changed).length > 0) {
          await updateRecord(replica, module, base.id, changed, seen.current).catch((thrown: unknown) => {
            if (codeOf(thrown) === 'sync.changed-meanwhile') seen.current = latest
            throw thrown
          })
        }
        await back()
      }}
      onCancel={() => void back()}
    />
  )
}

type ChangedMeanwhileProps = {
  readonly presentation: Presentation
  readonly base: RecordView
  readonly latest: RecordView
}

/** What came in while the form was open, with the new values: who replaces one should have seen it. */
function ChangedMeanwhile({ presentation, base, latest }: ChangedMeanwhileProps) {
  const { fields } = anyModule(presentation.module)
  const lookup = useLookup()
  const changed = Object.keys(fields).filter((name) => !sameJson(base[name], latest[name]))
  if (changed.length === 0) return null
  return (
    <Alert color="blue" variant="light" role="status" title="This record has changed while you edit it">
      <ul>
        {changed.map((name) => (
          <li key={name}>
            {fields[name]?.label}: {presentation.fields[name]?.text(latest[name], lookup) || 'empty now'}
          </li>
        ))}
      </ul>
      Fields that you do not touch keep the new value.
    </Alert>
  )
}
