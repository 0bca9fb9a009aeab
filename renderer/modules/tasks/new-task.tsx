import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import type { Id } from '#app/kernel/index.ts'
import { blankOf } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import type { RecordReference } from '#app/values/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { useAuthor } from '#renderer/ui/record/author.ts'
import classes from './new-task.module.css'

type NewTaskProps = {
  readonly about: RecordReference | null
  readonly accountId?: Id | undefined
  readonly patient?: { readonly patientId: Id | null; readonly siteId: Id } | undefined
}

/** A task in one line: what, and by when. It is its author's to do. */
export function NewTask({ about, accountId, patient }: NewTaskProps) {
  const replica = useReplica()
  const author = useAuthor()
  const [title, setTitle] = useState('')
  const [dueOn, setDueOn] = useState('')
  const [busy, setBusy] = useState(false)

  async function add(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (title.trim() === '') return
    const own = { title: title.trim(), dueOn: dueOn === '' ? null : dueOn, about, assigneeId: author.user.id }
    setBusy(true)
    try {
      // Every field is there: what `blankOf` leaves out is given here, and the replica checks it.
      if (patient === undefined) {
        const { territoryId, siteId } = author
        const data = { ...blankOf(modules.tasks), ...own, accountId: accountId ?? null, territoryId, siteId }
        await replica.create('tasks', data as DataOfModule<'tasks'>)
      } else {
        const data = { ...blankOf(modules['patient-tasks']), ...own, ...patient }
        await replica.create('patient-tasks', data as DataOfModule<'patient-tasks'>)
      }
      setTitle('')
      setDueOn('')
    } catch (thrown) {
      notifyFault(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <form className={classes['form']} onSubmit={(event) => void add(event)}>
      <TextInput
        size="xs"
        aria-label="New task"
        placeholder="Add a task"
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      {title !== '' && (
        <>
          <TextInput
            size="xs"
            type="date"
            aria-label="Due"
            value={dueOn}
            onChange={(event) => setDueOn(event.currentTarget.value)}
          />
          <Button size="xs" type="submit" loading={busy}>
            Add
          </Button>
        </>
      )}
    </form>
  )
}
