import { Tabs } from '@mantine/core'
import { useSessionState } from '#renderer/ui/data/use-session-state.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { PatientConsents } from './patient-consents.tsx'
import { PatientHealth } from './patient-health.tsx'
import { PatientNow } from './patient-now.tsx'
import { PatientPersons } from './patient-persons.tsx'
import { PatientResults } from './patient-results.tsx'
import classes from './patient-related.module.css'

const groups = [
  { value: 'now', label: 'Now', Group: PatientNow },
  { value: 'health', label: 'Health', Group: PatientHealth },
  { value: 'results', label: 'Results', Group: PatientResults },
  { value: 'persons', label: 'People and payers', Group: PatientPersons },
  { value: 'consents', label: 'Consents', Group: PatientConsents },
] as const

/** What belongs to a patient, by what people come for. The group that was open stays open from patient to patient. */
export function PatientRelated({ patient }: { readonly patient: RecordView }) {
  const [open, setOpen] = useSessionState<string>('patients.group', groups[0].value)
  return (
    <Tabs
      value={open}
      keepMounted={false}
      onChange={(value) => value !== null && setOpen(value)}
      classNames={{ list: classes['list'] ?? '', tab: classes['tab'] ?? '', panel: classes['panel'] ?? '' }}
    >
      <Tabs.List aria-label="What belongs to the patient">
        {groups.map(({ value, label }) => (
          <Tabs.Tab key={value} value={value}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {groups.map(({ value, Group }) => (
        <Tabs.Panel key={value} value={value}>
          <Group patient={patient} />
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
