import type { AnyModule } from '#app/kernel/index.ts'
import { nextStates } from '../fields/choice-field.tsx'
import type { AnyFieldView } from '../fields/field-view.ts'
import { errorsOf } from './form-errors.ts'
import type { RecordForm } from './use-record-form.ts'
import classes from './form.module.css'

type FormFieldProps = {
  readonly module: AnyModule
  readonly name: string
  readonly view: AnyFieldView
  readonly form: RecordForm
  /** The value the record has now; a status can only go where its graph leads from there. */
  readonly current: unknown
  readonly wide: boolean
}

/** One field: its label and rules come from the module, its input from the view. */
export function FormField({ module, name, view, form, current, wide }: FormFieldProps) {
  const spec = module.fields[name]
  if (spec === undefined) return null
  const { Input } = view
  return (
    <div className={classes['field']} data-wide={wide || view.wide === true} data-field={name}>
      <Input
        label={spec.label}
        value={form.data[name]}
        required={isRequired(spec.schema)}
        errors={errorsOf(form.errors, name)}
        codes={spec.merge.rule === 'status' ? nextStates(spec, current) : undefined}
        onChange={(value) => form.set(name, value)}
      />
    </div>
  )
}

type Schema = AnyModule['fields'][string]['schema']

const required = new WeakMap<Schema, boolean>()

/** A field that admits neither nothing nor an empty list must be given. */
function isRequired(schema: Schema): boolean {
  const known = required.get(schema) ?? (!schema.safeParse(null).success && !schema.safeParse([]).success)
  required.set(schema, known)
  return known
}
