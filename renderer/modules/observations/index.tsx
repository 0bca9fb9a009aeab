import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { valueText } from '#app/modules/observations/index.ts'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { conceptField } from '#renderer/ui/fields/concept-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { instantField, momentField } from '#renderer/ui/fields/instant-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { professionalField } from '#renderer/ui/fields/professional-field.tsx'
import { referenceField, siteField } from '#renderer/ui/fields/reference-field.tsx'
import { shownField } from '#renderer/ui/fields/shown-field.tsx'
import { wordsField } from '#renderer/ui/fields/words-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'

type Observation = DataOfModule<'observations'>

const { fields } = modules.observations

/** Results come by feeds; they are seen on the patient's page. */
export const observationsUi: UiModule<'observations'> = {
  name: 'observations',
  presentation: present({
    module: 'observations',
    fields: {
      identifiers: identifiersField,
      patientId: referenceField('patients'),
      encounterId: referenceField('encounters'),
      siteId: siteField,
      category: choiceField(fields.category),
      code: conceptField,
      panel: conceptField,
      subId: lineField,
      status: choiceField(fields.status),
      value: shownField<Observation['value']>((value) => (value === null ? '' : valueText(value))),
      absentReason: conceptField,
      referenceRange: shownField<Observation['referenceRange']>((range) => range?.text ?? ''),
      interpretation: wordsField,
      effectiveAt: momentField,
      issuedAt: instantField,
      specimen: conceptField,
      method: conceptField,
      orderedBy: professionalField,
      performer: professionalField,
      notes: shownField<Observation['notes']>((notes) => notes.join(' ')),
    },
    facts: [],
    sections: [],
    columns: [],
    filters: [],
    sort: { field: 'effectiveAt', descending: true },
  }),
  screens: null,
  home: [],
}
