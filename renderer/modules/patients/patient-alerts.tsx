import { IconAlertTriangle, IconShieldLock } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import { instant, systemClock } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { ModuleName, ViewOfModule } from '#app/modules/index.ts'
import { titleOf } from '#renderer/ui/data/titles.ts'
import { useList } from '#renderer/ui/data/use-records.ts'
import { prohibitionOf } from '../consents/consent-words.ts'
import { useConsentsOf } from '../consents/use-consents-of.ts'
import classes from './patient-alerts.module.css'

type Allergy = ViewOfModule<'allergies'>

const grave = { high: 0, 'unable-to-assess': 1, low: 2 } as const

/** What everybody must know before they do anything: allergies that hold, and what the patient has forbidden. */
export function PatientAlerts({ patientId }: { readonly patientId: Id }) {
  const allergies = useList(
    useMemo(
      () => ({
        module: 'allergies' as const,
        by: { index: 'patientId' as const, equals: patientId },
        where: holds,
        sort: gravestFirst,
        limit: 12,
      }),
      [patientId],
    ),
  )
  const consents = useConsentsOf(patientId)
  const now = instant(systemClock)
  const forbidden = consents.flatMap((view) => {
    const says = prohibitionOf(view, now)
    return says === null ? [] : [{ view, says }]
  })
  const held = allergies.state === 'here' ? allergies.value : []
  if (held.length === 0 && forbidden.length === 0) return null
  return (
    <section className={classes['alerts']} aria-label="Know first">
      {held.length > 0 && (
        <AlertLine sign={<IconAlertTriangle size={16} aria-hidden />} words="Allergies">
          {held.map((view) => (
            <AlertLink key={view.id} module="allergies" id={view.id} grave={view.criticality === 'high'}>
              {titleOf('allergies', view)}
              {view.criticality === 'high' && ' (high risk)'}
            </AlertLink>
          ))}
        </AlertLine>
      )}
      {forbidden.length > 0 && (
        <AlertLine sign={<IconShieldLock size={16} aria-hidden />} words="Consents">
          {forbidden.map(({ view, says }) => (
            <AlertLink key={view.id} module="consents" id={view.id}>
              {says}
            </AlertLink>
          ))}
        </AlertLine>
      )}
    </section>
  )
}

function holds({ clinicalStatus, verificationStatus }: Allergy): boolean {
  return (
    clinicalStatus === 'active' &&
    verificationStatus !== 'refuted' &&
    verificationStatus !== 'entered-in-error'
  )
}

function gravestFirst(a: Allergy, b: Allergy): number {
  return grave[a.criticality ?? 'unable-to-assess'] - grave[b.criticality ?? 'unable-to-assess']
}

type AlertLineProps = { readonly sign: ReactNode; readonly words: string; readonly children: ReactNode }

function AlertLine({ sign, words, children }: AlertLineProps) {
  return (
    <div className={classes['line']}>
      {sign}
      <strong>{words}</strong>
      <span className={classes['what']}>{children}</span>
    </div>
  )
}

type AlertLinkProps = {
  readonly module: ModuleName
  readonly id: Id
  readonly grave?: boolean
  readonly children: ReactNode
}

function AlertLink({ module, id, grave: isGrave = false, children }: AlertLinkProps) {
  return (
    <Link to="/$module/$id" params={{ module, id }} className={classes['link'] ?? ''} data-grave={isGrave}>
      {children}
    </Link>
  )
}
