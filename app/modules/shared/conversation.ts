import { z } from 'zod'
import { field, idSchema, instantSchema } from '../../kernel/index.ts'
import type { PhiClass } from '../../kernel/index.ts'
import { attachmentSchema, line, prose } from '../../values/index.ts'

/**
 * The fields that every record of something said or done has; `phi` is the class of its words. It is not rewritten
 * afterwards: a later one amends it (`amendsId`).
 */
export function conversationFields(phi: PhiClass) {
  return {
    subject: field(line(200), {
      label: 'Subject',
      phi,
      search: { as: 'text', of: (subject: string) => [subject] },
    }),
    body: field(prose(32_000).nullable(), {
      label: 'Text',
      phi,
      search: { as: 'text', weight: 'aside', of: (text: string | null) => (text === null ? [] : [text]) },
    }),
    occurredAt: field(instantSchema, { label: 'When', phi: phi === 'none' ? 'none' : 'identifying' }),
    durationMinutes: field(z.int().min(0).max(1440).nullable(), { label: 'Minutes', phi }),
    direction: field(z.enum(['in', 'out']).nullable(), { label: 'Direction', phi: 'none' }),
    ownerId: field(idSchema.nullable(), { label: 'By', phi: 'none' }),
    amendsId: field(idSchema.nullable(), { label: 'Amends', phi: 'none' }),
    attachments: field(z.array(attachmentSchema).max(16), {
      label: 'Attachments',
      phi,
      merge: { rule: 'list', by: 'hash' },
    }),
  }
}
