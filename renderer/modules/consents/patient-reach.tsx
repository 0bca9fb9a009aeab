import { Link } from '@tanstack/react-router'
import { instant, systemClock } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { contactVerdicts } from '#app/modules/consents/index.ts'
import type { ContactVerdict } from '#app/modules/consents/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import classes from '../shared/panel.module.css'
import { channelLabels } from './consent-words.ts'
import { useConsentsOf } from './use-consents-of.ts'

const answers = { allowed: 'Allowed', ask: 'Ask first', forbidden: 'Do not use' } as const

/** How the patient may be reached, channel by channel, each with the consent that says so. */
export function PatientReach({ patientId }: { readonly patientId: Id }) {
  const verdicts = contactVerdicts(useConsentsOf(patientId), instant(systemClock))
  return (
    <section className={classes['panel']} aria-label="How to reach the patient">
      <h2 className={classes['title']}>How to reach the patient</h2>
      <ul className={classes['list']}>
        {verdicts.map((verdict) => (
          <Way key={verdict.channel} verdict={verdict} />
        ))}
      </ul>
    </section>
  )
}

function Way({ verdict: { channel, answer, by } }: { readonly verdict: ContactVerdict }) {
  const words = (
    <span className={answer === 'forbidden' ? classes['late'] : classes['soft']}>{answers[answer]}</span>
  )
  return (
    <li className={classes['line']}>
      <span>{channelName(channel)}</span>
      <span />
      {by === null ? (
        words
      ) : (
        <Link to="/$module/$id" params={{ module: 'consents', id: by.id }}>
          {words}
        </Link>
      )}
    </li>
  )
}

export function channelName(channel: ContactVerdict['channel']): string {
  return Object.entries(channelLabels).find(([code]) => code === channel)?.[1] ?? labelOf(channel)
}
