import { Button, Group, SegmentedControl, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { notifyDone } from '#renderer/ui/feedback/notify.tsx'
import type { Option } from '#renderer/ui/fields/field-view.ts'
import { useCommands } from '#renderer/shell/commands/commands-context.tsx'
import classes from './panel.module.css'

export type Composed<Type extends string> = {
  readonly type: Type
  readonly subject: string
  readonly body: string | null
  readonly outcome: string | null
}

type ComposerProps<Type extends string> = {
  readonly label: string
  readonly types: readonly { readonly value: Type; readonly label: string }[]
  readonly outcomes?: readonly Option[]
  /** What speaks against doing this; null where nothing does. */
  caution?(type: Type): string | null
  save(composed: Composed<Type>): Promise<unknown>
}

const longestSubject = 120

/**
 * Writes down a visit, a call or a note: one box at first, since that is where people start to type. The first line
 * becomes the subject.
 */
export function Composer<Type extends string>({
  label,
  types,
  outcomes,
  caution,
  save,
}: ComposerProps<Type>) {
  const [type, setType] = useState<Type | undefined>(types[0]?.value)
  const [text, setText] = useState('')
  const [subject, setSubject] = useState('')
  const [outcome, setOutcome] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<FaultDescription | null>(null)
  const box = useRef<HTMLTextAreaElement>(null)
  const against = type === undefined ? null : (caution?.(type) ?? null)
  const open = text !== '' || subject !== ''

  useCommands('composer', [
    { id: 'composer.focus', title: label, group: 'This page', hotkey: 'l', run: () => box.current?.focus() },
  ])

  async function submit(): Promise<void> {
    const composed = compose(subject, text)
    if (composed === null || type === undefined) return
    setBusy(true)
    setFault(null)
    try {
      await save({ type, outcome, ...composed })
      setText('')
      setSubject('')
      setOutcome(null)
      notifyDone('Written down')
    } catch (thrown) {
      setFault(describeFault(thrown))
    } finally {
      setBusy(false)
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit()
  }

  return (
    <section className={classes['panel']} aria-label={label}>
      <Stack gap="xs">
        <SegmentedControl
          size="xs"
          aria-label="Kind"
          data={types.map(({ value, label: name }) => ({ value, label: name }))}
          {...(type === undefined ? {} : { value: type })}
          onChange={(value) => setType(value)}
        />
        {against !== null && (
          <p role="status" className={classes['caution']}>
            {against}
          </p>
        )}
        {open && (
          <TextInput
            size="xs"
            aria-label="Subject"
            placeholder="Subject (else the first line)"
            value={subject}
            maxLength={200}
            onChange={(event) => setSubject(event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
        )}
        <Textarea
          ref={box}
          aria-label={label}
          placeholder="What was said or done"
          autosize
          minRows={open ? 3 : 1}
          maxRows={14}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {fault !== null && <FaultAlert fault={fault} />}
        {open && (
          <Group justify="space-between">
            {outcomes === undefined ? (
              <span />
            ) : (
              <Select
                size="xs"
                aria-label="Outcome"
                placeholder="Outcome"
                clearable
                data={outcomes}
                value={outcome}
                onChange={setOutcome}
              />
            )}
            <Button size="compact-md" loading={busy} onClick={() => void submit()}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </section>
  )
}

/** The first line is the subject unless one was typed; null where nothing was. */
export function compose(subject: string, text: string): { subject: string; body: string | null } | null {
  const written = text.trim()
  if (subject.trim() !== '') return { subject: subject.trim(), body: written === '' ? null : written }
  const [first = '', ...rest] = written.split('\n')
  if (first.trim() === '') return null
  if (first.length > longestSubject)
    return { subject: `${first.slice(0, longestSubject - 1).trim()}…`, body: written }
  const body = rest.join('\n').trim()
  return { subject: first.trim(), body: body === '' ? null : body }
}
