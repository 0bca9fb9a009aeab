import type { modules } from '#app/modules/index.ts'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { dateField } from '#renderer/ui/fields/date-field.tsx'
import { instantField } from '#renderer/ui/fields/instant-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { personField } from '#renderer/ui/fields/reference-field.tsx'
import { shownField } from '#renderer/ui/fields/shown-field.tsx'
import { wordsField } from '#renderer/ui/fields/words-field.tsx'
import type { RecordReference } from '#app/values/index.ts'

type TaskFields = Pick<(typeof modules)['tasks']['fields'], 'status' | 'priority'>

/** The views of the fields that both modules of tasks have. */
export function taskFieldViews({ status, priority }: TaskFields) {
  return {
    title: lineField,
    note: proseField,
    status: choiceField(status),
    priority: choiceField(priority),
    dueOn: dateField,
    assigneeId: personField,
    about: shownField<RecordReference | null>((value) => value?.kind ?? ''),
    completedAt: instantField,
    tags: wordsField,
  }
}
