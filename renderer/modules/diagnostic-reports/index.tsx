import { ofSameOrder } from '#app/modules/diagnostic-reports/index.ts'
import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { useCallback } from 'react'
import { Results } from '../observations/results.tsx'
import { reportPresentation } from './presentation.ts'

/** Reports come by feeds, and are read on the patient's page with the findings they rest on. */
export const diagnosticReportsUi: UiModule<'diagnostic-reports'> = {
  name: 'diagnostic-reports',
  presentation: reportPresentation,
  home: [],
  screens: screensOf(reportPresentation, {
    section: null,
    key: null,
    related: (view) => <Findings report={view} />,
  }),
}

function Findings({ report }: { readonly report: RecordView }) {
  const among = useCallback((finding: RecordView) => ofSameOrder(report, finding), [report])
  const { patientId } = report
  return typeof patientId === 'string' ? <Results patientId={patientId} among={among} /> : null
}
