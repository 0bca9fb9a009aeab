import { Button, Group, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { sameJson } from '#app/kernel/index.ts'
import type { QuarantineEntry } from '#renderer/replica/contract.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useLookup } from '#renderer/ui/data/use-lookup.ts'
import { useNotedList } from '#renderer/ui/data/use-noted-reads.ts'
import { anyModule } from '#renderer/ui/data/use-permission.ts'
import { useRecord } from '#renderer/ui/data/use-records.ts'
import { describeCode } from '#renderer/ui/feedback/describe-fault.ts'
import { notifyDone, notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { isBlank } from '#renderer/ui/fields/field-view.ts'
import { RecordLink } from '#renderer/ui/fields/record-link.tsx'
import { errorsOf, findFieldErrors, noErrors } from '#renderer/ui/form/form-errors.ts'
import { relativeText } from '#renderer/ui/format/when.ts'
import { modulesWithPages } from '#renderer/ui/record/pages.ts'
import { usePresentations } from '../modules-context.tsx'
import { DiscardButton } from './discard-button.tsx'
import type { Corrections } from './use-corrections.ts'
import classes from './sync-centre.module.css'

type Values = Readonly<Record<string, unknown>>

type QuarantineItemProps = { readonly entry: QuarantineEntry; readonly corrections: Corrections }

/** One refused edit: what it wanted, why it was refused, what the record says by now, and a place to put it right. */
export function QuarantineItem({ entry, corrections }: QuarantineItemProps) {
  const replica = useReplica()
  const module = anyModule(entry.module)
  const lookup = useLookup()
  const presentation = usePresentations().get(entry.module)
  const corrected = corrections.of(entry.id)
  const now = useRecordOfNow(entry)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const names = Object.keys(entry.changes).filter((name) => module.fields[name] !== undefined)
  const wanted = { ...entry.changes, ...corrected }
  const errors = tried ? findFieldErrors(module, wanted, names) : noErrors
  const fault = describeCode(entry.code, { field: labelOfField(module.fields[entry.field ?? '']?.label) })

  async function resend(): Promise<void> {
    setTried(true)
    if (findFieldErrors(module, wanted, names).size > 0) return
    setBusy(true)
    try {
      await replica.resubmit(entry.id, corrected, now ?? {})
      notifyDone('Sent again')
    } catch (thrown) {
      notifyFault(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <article className={classes['entry']} data-quarantine={entry.id} data-code={entry.code}>
      <Group justify="space-between" align="start">
        <div>
          <Text fw={600}>
            {module.label.one}:{' '}
            {modulesWithPages.has(entry.module) ? (
              <RecordLink module={entry.module} id={entry.documentId} />
            ) : (
              names.map((name) => module.fields[name]?.label).join(', ')
            )}
          </Text>
          <Text size="sm" c="dimmed">
            {lookup('people', entry.author) || 'You'}, {relativeText(entry.at, Date.now())}
          </Text>
        </div>
        <Group gap="xs">
          <DiscardButton onDiscard={() => replica.discard(entry.id)} />
          <Button size="compact-md" loading={busy} onClick={() => void resend()}>
            Send again
          </Button>
        </Group>
      </Group>
      <div>
        <Text size="sm">{fault.says}</Text>
        <Text size="sm" c="dimmed">
          {fault.remedy}
        </Text>
      </div>
      <div className={classes['corrections']}>
        {names.map((name) => {
          const field = presentation?.fields[name]
          if (field === undefined) return null
          const { Input } = field
          return (
            <div key={name}>
              <Input
                label={module.fields[name]?.label ?? name}
                value={wanted[name]}
                required={false}
                errors={errorsOf(errors, name)}
                onChange={(value) => corrections.set(entry.id, name, value)}
              />
              {now !== null && !sameJson(now[name], wanted[name]) && (
                <Text size="xs" c="dimmed" mt={2} data-now={name}>
                  Now: {isBlank(now[name]) ? 'nothing' : field.text(now[name], lookup)}
                </Text>
              )}
            </div>
          )
        })}
      </div>
    </article>
  )
}

/** The record that the edit was of, where it is here: whoever sends the edit again has seen what it takes the place of. */
function useRecordOfNow({ module, documentId }: QuarantineEntry): Values | null {
  const record = useRecord(module, documentId)
  const view = record.state === 'here' ? record.value : null
  const shown = useMemo(() => (view === null ? null : [view]), [view])
  useNotedList(module, shown)
  return view
}

function labelOfField(label: string | undefined): string {
  return label ?? 'a field of it'
}
