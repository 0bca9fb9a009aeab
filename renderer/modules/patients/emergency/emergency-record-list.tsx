import { Accordion, Text } from '@mantine/core'
import { emergencySubject, permissionFor } from '#app/access/index.ts'
import { instant, systemClock } from '#app/kernel/index.ts'
import { isModuleName, moduleOfKind } from '#app/modules/index.ts'
import type { EmergencyRecords, OpenEmergency } from '#app/protocol/index.ts'
import { usePresentations } from '#renderer/shell/modules-context.tsx'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { titleOf } from '#renderer/ui/data/titles.ts'
import { useLookup } from '#renderer/ui/data/use-lookup.ts'
import { FieldList } from '#renderer/ui/record/field-list.tsx'
import type { RecordView } from '#renderer/ui/record/presentation.ts'

type Props = { readonly emergency: OpenEmergency; readonly found: Pick<EmergencyRecords, 'records' | 'cut'> }
type Found = EmergencyRecords['records'][number]

/** Every record of the patient by what it is, each to be opened. */
export function EmergencyRecordList({ emergency, found: { records, cut } }: Props) {
  const groups = [...Map.groupBy(records, labelOfRecord)]
  return (
    <>
      {cut && <Text size="sm">There is more; the latest {records.length} records are here.</Text>}
      {groups.map(([label, own]) => (
        <section key={label} aria-label={label}>
          <Text fw={600} mt="md" mb={4}>
            {label} ({own.length})
          </Text>
          <Accordion multiple variant="separated">
            {own.map((one) => (
              <OneRecord key={one.document.id} emergency={emergency} one={one} />
            ))}
          </Accordion>
        </section>
      ))}
    </>
  )
}

function OneRecord({ emergency, one }: { readonly emergency: OpenEmergency; readonly one: Found }) {
  const { subject } = useReplica()
  const lookup = useLookup()
  const presentations = usePresentations()
  const module = moduleOfKind(one.collection, one.document.kind)
  const presentation =
    module === undefined || !isModuleName(module.name) ? undefined : presentations.get(module.name)
  if (module === undefined || presentation === undefined) return null
  const view: RecordView = one.document
  const at = instant(systemClock)
  const granted = emergencySubject(subject, { id: emergency.id, until: emergency.until, openedAt: at })
  const permission = permissionFor(granted, module, view.scopes, at)
  return (
    <Accordion.Item value={view.id}>
      <Accordion.Control>{titleOf(presentation.module, view)}</Accordion.Control>
      <Accordion.Panel>
        {presentation.sections.map((section) => (
          <FieldList
            key={section.title}
            title={section.title}
            names={section.fields}
            presentation={presentation}
            view={view}
            permission={permission}
            lookup={lookup}
          />
        ))}
      </Accordion.Panel>
    </Accordion.Item>
  )
}

function labelOfRecord({ collection, document }: Found): string {
  return moduleOfKind(collection, document.kind)?.label.many ?? document.kind
}
