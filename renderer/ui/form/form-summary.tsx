import { Alert, Anchor, List, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import type { AnyModule } from '#app/kernel/index.ts'
import { fieldsWithErrors } from './form-errors.ts'
import type { RecordForm } from './use-record-form.ts'

type FormSummaryProps = {
  readonly module: AnyModule
  readonly names: readonly string[]
  readonly form: RecordForm
}

/** What still needs attention, with a way to each field. It takes the focus when saving did not succeed. */
export function FormSummary({ module, names, form }: FormSummaryProps) {
  const box = useRef<HTMLDivElement>(null)
  const failing = fieldsWithErrors(form.errors, names)
  useEffect(() => {
    if (form.attempts > 0) box.current?.focus()
  }, [form.attempts])
  if (failing.length === 0 && form.fault === null) return null

  return (
    <Alert
      ref={box}
      tabIndex={-1}
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertCircle aria-hidden />}
      title={form.fault?.says ?? 'Please look at these fields again'}
    >
      {form.fault !== null && <Text size="sm">{form.fault.remedy}</Text>}
      <List size="sm" spacing={2}>
        {failing.map((name) => (
          <List.Item key={name}>
            <Anchor component="button" type="button" size="sm" onClick={() => focusField(name)}>
              {module.fields[name]?.label}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}

function focusField(name: string): void {
  const field = document.querySelector(`[data-field="${name}"]`)
  field?.scrollIntoView({ block: 'center' })
  field?.querySelector<HTMLElement>('input, textarea, select, button')?.focus()
}
