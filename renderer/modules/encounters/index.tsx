import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { placeText } from '#app/values/index.ts'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { conceptField } from '#renderer/ui/fields/concept-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { professionalField } from '#renderer/ui/fields/professional-field.tsx'
import { referenceField, siteField } from '#renderer/ui/fields/reference-field.tsx'
import { shownField } from '#renderer/ui/fields/shown-field.tsx'
import { momentText } from '#renderer/ui/format/when.ts'
import { present } from '#renderer/ui/record/presentation.ts'

type Encounter = DataOfModule<'encounters'>

const { fields } = modules.encounters

/** Visits and stays come by feeds; they are seen on the patient's timeline. */
export const encountersUi: UiModule<'encounters'> = {
  name: 'encounters',
  presentation: present({
    module: 'encounters',
    fields: {
      identifiers: identifiersField,
      patientId: referenceField('patients'),
      siteId: siteField,
      class: choiceField(fields.class),
      status: choiceField(fields.status),
      period: shownField<Encounter['period']>(periodText),
      location: shownField<Encounter['location']>((place) => (place === null ? '' : placeText(place))),
      service: conceptField,
      attending: professionalField,
      referring: professionalField,
      admitting: professionalField,
      reason: conceptField,
      dischargeDisposition: conceptField,
      appointmentId: referenceField('appointments'),
    },
    facts: [],
    sections: [],
    columns: [],
    filters: [],
    sort: { field: 'period', descending: true },
  }),
  screens: null,
  home: [],
}

function periodText({ start, end }: Encounter['period']): string {
  return [start, end].map((moment) => (moment === undefined ? '' : momentText(moment))).join(' – ')
}
