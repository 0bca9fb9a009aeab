import { useMemo, useState } from 'react'
import { AppError } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule } from '#app/kernel/index.ts'
import { describeFault } from '../feedback/describe-fault.ts'
import type { FaultDescription } from '../feedback/describe-fault.ts'
import { changedData, tidied } from './form-data.ts'
import { findErrors, noErrors } from './form-errors.ts'
import type { FormErrors } from './form-errors.ts'

type Data = Readonly<Record<string, unknown>>

type RecordFormOptions = {
  readonly module: AnyModule
  /** The record as it was when the form opened, or what a new one starts with. */
  readonly base: AnyDocument
  /** The fields that the form shows and the person may write. */
  readonly names: readonly string[]
  save(changed: Data, all: Data): Promise<void>
}

export type RecordForm = {
  readonly data: Data
  readonly errors: FormErrors
  readonly fault: FaultDescription | null
  readonly dirty: boolean
  readonly saving: boolean
  /** Counts refused attempts to save, so that each one takes the reader to the summary. */
  readonly attempts: number
  set(name: string, value: unknown): void
  submit(): Promise<void>
}

/** The state of a form over one record. Errors show after the first attempt to save, then live. */
export function useRecordForm({ module, base, names, save }: RecordFormOptions): RecordForm {
  const start = useMemo(() => pick(base, names), [base, names])
  const [data, setData] = useState<Data>(start)
  const [attempts, setAttempts] = useState(0)
  const [refused, setRefused] = useState<FormErrors>(noErrors)
  const [fault, setFault] = useState<FaultDescription | null>(null)
  const [saving, setSaving] = useState(false)

  const errors = useMemo(() => {
    if (attempts === 0) return noErrors
    const found = findErrors(module, { ...base, ...tidied(data) }, names)
    return found.size > 0 ? found : refused
  }, [attempts, module, base, data, names, refused])

  async function submit(): Promise<void> {
    const tidy = tidied(data)
    setRefused(noErrors)
    setFault(null)
    if (findErrors(module, { ...base, ...tidy }, names).size > 0) {
      setAttempts(attempts + 1)
      return
    }
    setSaving(true)
    try {
      await save(changedData(start, tidy), tidy)
    } catch (thrown) {
      setAttempts(attempts + 1)
      const own = fieldFault(thrown, names)
      if (own === null) setFault(describeFault(thrown))
      else setRefused(own)
    } finally {
      setSaving(false)
    }
  }

  return {
    data,
    errors,
    fault,
    dirty: Object.keys(changedData(start, data)).length > 0,
    saving,
    attempts,
    set: (name, value) => {
      setData((old) => ({ ...old, [name]: value }))
      setRefused(noErrors)
    },
    submit,
  }
}

function pick(base: AnyDocument, names: readonly string[]): Data {
  return Object.fromEntries(
    names.filter((name) => base[name] !== undefined).map((name) => [name, base[name]]),
  )
}

/** What the replica refused about one field of the form. */
function fieldFault(thrown: unknown, names: readonly string[]): FormErrors | null {
  if (!(thrown instanceof AppError)) return null
  const { field, says } = thrown.facts
  if (typeof field !== 'string' || !names.includes(field.split('.')[0] ?? '')) return null
  if (thrown.code === 'sync.changed-meanwhile') {
    return new Map([[field, 'Somebody else changed this meanwhile. Save again to replace the new value.']])
  }
  if (thrown.code !== 'sync.invalid') return null
  return new Map([[field, typeof says === 'string' ? says : 'This does not fit here.']])
}
