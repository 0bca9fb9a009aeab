import type { Attachment } from '#app/values/index.ts'
import { shownField } from '#renderer/ui/fields/shown-field.tsx'

/** Files are named; fetching them arrives with the blobs. */
export const attachmentsField = shownField<readonly Attachment[]>((value) =>
  value.map(({ name }) => name).join(', '),
)
