import { modules } from '#app/modules/index.ts'
import { dayAt } from '#app/values/index.ts'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { dateField } from '#renderer/ui/fields/date-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { moneyField } from '#renderer/ui/fields/money-field.tsx'
import { numberField } from '#renderer/ui/fields/number-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { personField, referenceField, territoryField } from '#renderer/ui/fields/reference-field.tsx'
import { contactsField } from '#renderer/ui/fields/references-field.tsx'
import { wordsField } from '#renderer/ui/fields/words-field.tsx'
import { localZone } from '#renderer/ui/format/when.ts'
import { present } from '#renderer/ui/record/presentation.ts'
import { stageField } from './stage-field.tsx'

const { fields } = modules.opportunities

export const opportunityPresentation = present({
  module: 'opportunities',
  fields: {
    name: lineField,
    accountId: referenceField('accounts'),
    contactIds: contactsField,
    pipelineId: referenceField('pipelines', { admits: (view) => view['active'] !== false }),
    stageId: stageField,
    stageSince: dateField,
    amount: moneyField,
    probability: numberField('%'),
    closeOn: dateField,
    ownerId: personField,
    territoryId: territoryField,
    source: choiceField(fields.source),
    nextStep: lineField,
    competitors: wordsField,
    lostReason: choiceField(fields.lostReason),
    lostNote: proseField,
    description: proseField,
    tags: wordsField,
  },
  facts: ['accountId', 'pipelineId', 'stageId', 'amount', 'closeOn', 'ownerId'],
  sections: [
    { title: 'Opportunity', fields: ['name', 'accountId', 'contactIds', 'description', 'nextStep', 'tags'] },
    {
      title: 'Where it stands',
      fields: ['pipelineId', 'stageId', 'amount', 'probability', 'closeOn', 'source'],
    },
    { title: 'Who looks after it', fields: ['ownerId', 'territoryId', 'competitors'] },
    { title: 'If it was lost', fields: ['lostReason', 'lostNote'] },
  ],
  columns: [
    { field: 'accountId', track: 'minmax(140px, 1.4fr)' },
    { field: 'stageId', track: 'minmax(120px, 1fr)' },
    { field: 'amount', track: '120px', align: 'end' },
    { field: 'closeOn', track: '120px' },
    { field: 'ownerId', track: 'minmax(110px, 1fr)' },
    { field: 'nextStep', track: 'minmax(140px, 1.4fr)', optional: true },
    { field: 'pipelineId', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['pipelineId', 'stageId', 'ownerId', 'accountId', 'closeOn', 'source'],
  sort: { field: 'closeOn' },
  shownOnly: ['stageSince'],
  wide: ['name'],
  prefill: ({ user, territoryId }) => ({
    ownerId: user.id,
    territoryId,
    stageSince: dayAt(Date.now(), localZone()),
  }),
})
