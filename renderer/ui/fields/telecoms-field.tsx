import { Anchor } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { isBeyondReach } from '#app/modules/patients/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { firstTelecom, telecomSchema } from '#app/values/index.ts'
import type { Telecom } from '#app/values/index.ts'
import { phoneText } from '../format/phone.ts'
import { optionsOf } from './choice-field.tsx'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'
import { ItemList } from './item-list.tsx'
import { CheckPart, ChoicePart, TextPart } from './part-inputs.tsx'

const systems = optionsOf(telecomSchema.shape.system.options, {
  email: 'E-mail',
  sms: 'Text message',
  url: 'Web',
})
const uses = optionsOf(telecomSchema.shape.use.options)

function blank(): Telecom {
  return { key: newId(), system: 'phone', value: '', use: 'home', confidential: false }
}

function TelecomsInput({
  label,
  value = [],
  required,
  errors,
  onChange,
}: FieldInputProps<readonly Telecom[]>) {
  return (
    <ItemList
      label={label}
      one="number or address"
      items={value}
      required={required}
      errors={errors}
      keyOf={(telecom) => telecom.key}
      blank={blank}
      onChange={onChange}
    >
      {(telecom, change, errorAt) => (
        <>
          <ChoicePart
            label="By"
            value={telecom.system}
            options={systems}
            error={errorAt('system')}
            onChange={(system) => change({ ...telecom, system })}
          />
          <TextPart
            label="Number or address"
            value={telecom.value}
            error={errorAt('value')}
            onChange={(text) => change({ ...telecom, value: text ?? '' })}
          />
          <ChoicePart
            label="Where"
            value={telecom.use}
            options={uses}
            error={errorAt('use')}
            onChange={(use) => change({ ...telecom, use })}
          />
          <CheckPart
            label="Confidential"
            value={telecom.confidential}
            onChange={(confidential) => change({ ...telecom, confidential })}
          />
        </>
      )}
    </ItemList>
  )
}

type TelecomsProps = { readonly value: readonly Telecom[]; readonly record?: AnyDocument | undefined }

/** One press calls or writes; of who has died, the numbers are only shown. */
function Telecoms({ value, record }: TelecomsProps) {
  const isShownOnly = isBeyondReach(record, null)
  return (
    <div className={classes['stack']}>
      {value.map((telecom) => (
        <div key={telecom.key}>
          {isShownOnly ? phoneText(telecom.value) : <TelecomLink telecom={telecom} />}{' '}
          <span className={classes['soft']}>
            {labelOf(telecom.use)}
            {telecom.confidential && (
              <>
                {' '}
                <IconLock size={12} aria-hidden /> do not use, confidential
              </>
            )}
          </span>
        </div>
      ))}
    </div>
  )
}

function TelecomLink({ telecom }: { readonly telecom: Telecom }) {
  if (telecom.system === 'email') return <Anchor href={`mailto:${telecom.value}`}>{telecom.value}</Anchor>
  if (telecom.system === 'phone')
    return <Anchor href={`tel:${telecom.value}`}>{phoneText(telecom.value)}</Anchor>
  return phoneText(telecom.value)
}

/** Phone numbers and addresses; lists show the number to try first. */
export const telecomsField: FieldView<readonly Telecom[]> = {
  text: (value) => {
    const first = firstTelecom(value, 'phone') ?? firstTelecom(value, 'email') ?? value[0]
    return first === undefined || first.confidential ? '' : phoneText(first.value)
  },
  Show: Telecoms,
  Input: TelecomsInput,
  wide: true,
}
