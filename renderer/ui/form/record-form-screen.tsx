import { Button, Group, Title } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { useEffect, useMemo, useRef } from 'react'
import type { ReactNode } from 'react'
import type { AnyDocument } from '#app/kernel/index.ts'
import { useCommands } from '#renderer/shell/commands/commands-context.tsx'
import { isLocking } from '../data/locking.ts'
import { anyModule } from '../data/use-permission.ts'
import type { Presentation, RecordData } from '../record/presentation.ts'
import { FormField } from './form-field.tsx'
import { FormSummary } from './form-summary.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { useRecordForm } from './use-record-form.ts'
import classes from './form.module.css'

type RecordFormScreenProps = {
  readonly title: string
  readonly presentation: Presentation
  readonly base: AnyDocument
  /** The fields that the person may write. */
  readonly writable: ReadonlySet<string>
  readonly saveLabel: string
  readonly notice?: ReactNode
  save(changed: RecordData, all: RecordData): Promise<void>
  onCancel(): void
}

/** A form over one record: sections, a summary of what is wrong, and a bar to save that is always in sight. */
export function RecordFormScreen(props: RecordFormScreenProps) {
  const { title, presentation, base, writable, saveLabel, notice, save, onCancel } = props
  const module = anyModule(presentation.module)
  const names = useMemo(() => typedNames(presentation, writable, base), [presentation, writable, base])
  const saved = useRef(false)
  const screen = useRef<HTMLFormElement>(null)
  useEffect(
    () => screen.current?.querySelector<HTMLElement>('[data-field] :is(input, textarea)')?.focus(),
    [],
  )
  const form = useRecordForm({
    module,
    base,
    names,
    save: async (changed, all) => {
      saved.current = true
      await save(changed, all).catch((thrown: unknown) => {
        saved.current = false
        throw thrown
      })
    },
  })
  const blocker = useBlocker({
    shouldBlockFn: () => form.dirty && !saved.current,
    enableBeforeUnload: () => form.dirty && !saved.current && !isLocking(),
    withResolver: true,
  })
  useCommands('form', [
    { id: 'form.save', title: saveLabel, group: 'This page', hotkey: 'mod+S', run: () => void form.submit() },
    { id: 'form.cancel', title: 'Leave the form', group: 'This page', hotkey: 'escape', run: onCancel },
  ])
  const shows = (name: string) => names.includes(name) && presentation.shownIf?.[name]?.(form.data) !== false

  return (
    <form
      ref={screen}
      className={classes['screen']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void form.submit()
      }}
    >
      <div className={classes['scroll']}>
        <div className={classes['page']}>
          <Title order={1} size="h3">
            {title}
          </Title>
          {notice}
          <FormSummary module={module} names={names} form={form} />
          {presentation.sections.map((section) => {
            const fields = section.fields.filter(shows)
            if (fields.length === 0) return null
            return (
              <section key={section.title} className={classes['section']} aria-label={section.title}>
                <Title order={2} size="h5">
                  {section.title}
                </Title>
                <div className={classes['grid']}>
                  {fields.map((name) => {
                    const view = presentation.fields[name]
                    if (view === undefined) return null
                    return (
                      <FormField
                        key={name}
                        module={module}
                        name={name}
                        view={view}
                        form={form}
                        wide={presentation.wide?.includes(name) ?? false}
                        current={base.rev === '' && base.edit === '' ? undefined : base[name]}
                      />
                    )
                  })}
                </div>
              </section>
            )
          })}
        </div>
      </div>
      <div className={classes['bar']}>
        <Group justify="flex-end" className={classes['page'] ?? ''}>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={form.saving}>
            {saveLabel}
          </Button>
        </Group>
      </div>
      <LeaveGuard blocker={blocker} />
    </form>
  )
}

/** Hidden fields of an existing record are absent from it, and a form can't ask for them. */
function typedNames(
  { sections, shownOnly = [] }: Presentation,
  writable: ReadonlySet<string>,
  base: AnyDocument,
): readonly string[] {
  const isNew = base.rev === '' && base.edit === ''
  return sections
    .flatMap((section) => section.fields)
    .filter((name) => writable.has(name) && !shownOnly.includes(name) && (isNew || base[name] !== undefined))
}
