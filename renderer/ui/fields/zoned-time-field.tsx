import { Select, TextInput } from '@mantine/core'
import { epochOf, timeZoneSchema } from '#app/values/index.ts'
import type { ZonedTime } from '#app/values/index.ts'
import { localZone, zonedText } from '../format/when.ts'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'

/** Date and clock of the place, and its zone. */
function ZonedTimeInput({ label, value, required, errors, onChange }: FieldInputProps<ZonedTime>) {
  const zone = value?.zone ?? localZone()
  return (
    <div className={classes['pair']}>
      <TextInput
        type="datetime-local"
        label={label}
        value={value?.local.slice(0, 16) ?? ''}
        withAsterisk={required}
        error={errors.own ?? errors.at('local')}
        onChange={(event) => {
          // A time that moves leaves the pass of a repeated hour that its sender once named.
          const typed = event.currentTarget.value.slice(0, 16)
          onChange({ local: typed === '' ? '' : `${typed}:00`, zone })
        }}
      />
      <Select
        className={classes['zone'] ?? ''}
        label="Time zone"
        value={zone}
        data={zonesWith(zone)}
        searchable
        limit={40}
        allowDeselect={false}
        error={errors.at('zone')}
        onChange={(chosen) => chosen !== null && onChange({ local: value?.local ?? '', zone: chosen })}
      />
    </div>
  )
}

function zonesWith(zone: string): readonly string[] {
  const known = Intl.supportedValuesOf('timeZone')
  return known.includes(zone) ? known : [zone, ...known]
}

/** A time that was agreed on: what the clock at the place will show. */
export const zonedTimeField: FieldView<ZonedTime> = {
  text: (value) => zonedText(value),
  order: (value) => (timeZoneSchema.safeParse(value.zone).success ? epochOf(value) : null),
  filter: { by: 'days', member: 'local' },
  Input: ZonedTimeInput,
  wide: true,
}
