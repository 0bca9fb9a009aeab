import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'
import { dossierFormSchema } from '../../console-api/protocol/privacy/dossier-calls.ts'
import { drawer } from '../drawer.ts'

/** What an officer made of a lost device; `about` is the device. Once signed it does not change. */
const dossierSchema = z.strictObject({
  form: dossierFormSchema,
  signed: z
    .strictObject({
      by: idSchema,
      at: instantSchema,
      /** Of the evidence as it was shown (SHA-256 of its canonical JSON), and how many persons it named. */
      evidence: z.string(),
      persons: z.int().nonnegative(),
    })
    .nullable(),
})
export type Dossier = z.infer<typeof dossierSchema>
export const dossiers = drawer('dossier', dossierSchema)
