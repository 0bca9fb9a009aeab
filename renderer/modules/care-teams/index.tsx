import { modules } from '#app/modules/index.ts'
import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { periodField } from '#renderer/ui/fields/period-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { siteField } from '#renderer/ui/fields/reference-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { membersField } from './members-field.tsx'
import { PatientsOfTeam } from './patients-of-team.tsx'

const careTeamPresentation = present({
  module: 'care-teams',
  fields: {
    name: lineField,
    status: choiceField(modules['care-teams'].fields.status),
    siteId: siteField,
    members: membersField,
    period: periodField,
    note: proseField,
  },
  facts: ['siteId', 'period'],
  state: 'status',
  sections: [
    { title: 'Care team', fields: ['name', 'status', 'members', 'note'] },
    { title: 'When and where', fields: ['siteId', 'period'] },
  ],
  columns: [
    { field: 'members', track: 'minmax(180px, 2fr)' },
    { field: 'siteId', track: 'minmax(140px, 1fr)' },
    { field: 'status', track: '110px' },
    { field: 'period', track: 'minmax(150px, 1fr)', optional: true },
  ],
  filters: ['status', 'siteId'],
  sort: { field: 'title' },
  prefill: ({ siteId }) => ({ siteId }),
})

export const careTeamsUi: UiModule<'care-teams'> = {
  name: 'care-teams',
  presentation: careTeamPresentation,
  home: [],
  screens: screensOf(careTeamPresentation, {
    section: null,
    key: null,
    related: (view) => <PatientsOfTeam teamId={view.id} />,
  }),
}
