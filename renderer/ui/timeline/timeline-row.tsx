import { Spoiler, Tooltip } from '@mantine/core'
import { IconCloudUp } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { momentText, relativeText } from '../format/when.ts'
import { moduleIcons } from '../record/module-icons.ts'
import { modulesWithPages } from '../record/pages.ts'
import { writerOf } from '../record/stamp-words.ts'
import type { TimelineItem } from './use-timeline.ts'
import classes from './timeline.module.css'

type TimelineRowProps = { readonly item: TimelineItem; nameOf(id: string): string }

export function TimelineRow({ item, nameOf }: TimelineRowProps) {
  const Sign = moduleIcons[item.module]
  return (
    <li className={classes['row']} data-module={item.module}>
      <span className={classes['sign']}>
        <Sign size={15} stroke={1.7} aria-hidden />
      </span>
      <div className={classes['body']}>
        <div className={classes['line']}>
          {modulesWithPages.has(item.module) ? (
            <Link
              to="/$module/$id"
              params={{ module: item.module, id: item.id }}
              className={classes['name'] ?? ''}
            >
              {item.title}
            </Link>
          ) : (
            <span className={classes['name']}>{item.title}</span>
          )}
          {item.pending && (
            <Tooltip label="Not sent yet">
              <IconCloudUp size={14} role="img" aria-label="Not sent yet" className={classes['pending']} />
            </Tooltip>
          )}
        </div>
        {item.detail !== undefined && item.detail !== '' && <Detail text={item.detail} />}
        <div className={classes['soft']}>
          <Tooltip label={momentText(item.at)}>
            <time dateTime={item.at}>
              {item.at.length > 10 ? relativeText(item.at, Date.now()) : momentText(item.at)}
            </time>
          </Tooltip>
          {' · '}
          {writerOf(item.created, nameOf)}
        </div>
      </div>
    </li>
  )
}

const shortText = 180

/** Long notes are folded; a line is just a line. */
function Detail({ text }: { readonly text: string }) {
  if (text.length <= shortText) return <div className={classes['detail']}>{text}</div>
  return (
    <Spoiler maxHeight={66} showLabel="Show all" hideLabel="Show less">
      <div className={classes['detail']}>{text}</div>
    </Spoiler>
  )
}
