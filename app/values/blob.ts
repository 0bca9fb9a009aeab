import { z } from 'zod'
import { line } from './text.ts'

/** A file that lies outside of the documents; found by the SHA-256 of its content. */
export const blobReferenceSchema = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Bytes. */
  size: z
    .int()
    .min(0)
    .max(2 ** 31),
  mime: z
    .string()
    .max(127)
    .regex(/^[a-z]+\/[A-Za-z0-9][A-Za-z0-9.+-]*$/, 'Must be a media type.'),
})
export type BlobReference = z.infer<typeof blobReferenceSchema>

/** A file with the name that people gave it. */
export const attachmentSchema = z.strictObject({ ...blobReferenceSchema.shape, name: line(128) })
export type Attachment = z.infer<typeof attachmentSchema>
