import { Spotlight } from '@mantine/spotlight'
import { useNavigate } from '@tanstack/react-router'
import type { SearchHit } from '#renderer/replica/contract.ts'
import { moduleIcons } from '#renderer/ui/record/module-icons.ts'
import { whyFound } from './hit-words.ts'
import { MarkedText } from './marked-text.tsx'
import classes from './palette.module.css'

/** One record that was found, with what made it so brought out. */
export function HitAction({ hit }: { readonly hit: SearchHit }) {
  const navigate = useNavigate()
  const Sign = moduleIcons[hit.module]
  const why = whyFound(hit)
  return (
    <Spotlight.Action
      onClick={() => void navigate({ to: '/$module/$id', params: { module: hit.module, id: hit.id } })}
    >
      <Sign className={classes['sign']} size={18} stroke={1.6} aria-hidden />
      <span className={classes['hit']}>
        <span className={classes['title']}>
          <MarkedText text={hit.title} marks={hit.titleMarks} />
        </span>
        {why !== null && (
          <span className={classes['why']}>
            {hit.matched}: <MarkedText {...why} />
          </span>
        )}
      </span>
    </Spotlight.Action>
  )
}
