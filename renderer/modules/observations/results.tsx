import { useMemo } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { ViewOfModule } from '#app/modules/index.ts'
import { valueText } from '#app/modules/observations/index.ts'
import { conceptText } from '#app/values/index.ts'
import { useList } from '#renderer/ui/data/use-records.ts'
import { FileRow } from '#renderer/ui/files/file-row.tsx'
import { momentText } from '#renderer/ui/format/when.ts'
import { SourceBadge } from '#renderer/ui/record/source-badge.tsx'
import { flagWords } from './flag-words.ts'
import classes from './results.module.css'

type View = ViewOfModule<'observations'>

const most = 40

type ResultsProps = {
  readonly patientId: Id
  /** Leaves out the findings that it does not hold of. Must stay the same between renders. */
  readonly among?: (view: View) => boolean
}

/** Findings about a patient, the newest first: value, usual range, and what is out of it. */
export function Results({ patientId, among }: ResultsProps) {
  const observed = useList(
    useMemo(
      () => ({
        module: 'observations' as const,
        by: { index: 'patientId' as const, equals: patientId },
        ...(among ? { where: among } : {}),
        sort: laterFirst,
        limit: most,
      }),
      [patientId, among],
    ),
  )
  const views = observed.state === 'here' ? observed.value : []
  if (views.length === 0) return null
  return (
    <section aria-label="Results">
      <h2 className={classes['title']}>Results</h2>
      <table className={classes['table']}>
        <thead>
          <tr>
            <th scope="col">Observed</th>
            <th scope="col">Value</th>
            <th scope="col">Usual</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {views.map((view) => (
            <ResultRow key={view.id} view={view} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function ResultRow({ view }: { readonly view: View }) {
  const flags = flagWords(view.interpretation ?? [])
  const source = view.sources['value']
  const at = view.effectiveAt ?? view.issuedAt
  return (
    <tr data-observation={view.id}>
      <td>{view.code && conceptText(view.code)}</td>
      <td>
        <span className={classes[flags === '' ? 'value' : 'flagged']}>
          <Value view={view} />
        </span>{' '}
        {flags !== '' && <span className={classes['flag']}>{flags}</span>}{' '}
        {source !== undefined && <SourceBadge stamp={source} />}
      </td>
      <td className={classes['soft']}>{rangeText(view.referenceRange)}</td>
      <td className={classes['soft']}>{at && momentText(at)}</td>
    </tr>
  )
}

function Value({ view: { id, value, absentReason } }: { readonly view: View }) {
  if (value?.type === 'attachment')
    return <FileRow file={value.attachment} owner={{ module: 'observations', id }} />
  return value ? valueText(value) : absentReason && conceptText(absentReason)
}

function laterFirst(a: View, b: View): number {
  const [left, right] = [a.effectiveAt ?? a.issuedAt ?? '', b.effectiveAt ?? b.issuedAt ?? '']
  if (left === right) return 0
  return left < right ? 1 : -1
}

function rangeText(range: View['referenceRange']): string {
  if (range === null || range === undefined) return ''
  if (range.text !== undefined) return range.text
  return [[range.low, range.high].filter(Boolean).join(' – '), range.unit].filter(Boolean).join(' ')
}
