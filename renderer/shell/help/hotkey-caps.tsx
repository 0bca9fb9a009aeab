import { Kbd } from '@mantine/core'
import { hotkeyCaps } from '../commands/hotkey.ts'
import classes from './help.module.css'

const isMac = /Mac|iP(hone|ad)/.test(navigator.userAgent)

/** A hotkey as it is printed on the keyboard at hand. */
export function HotkeyCaps({ hotkey }: { readonly hotkey: string }) {
  return (
    <span className={classes['caps']}>
      {hotkeyCaps(hotkey, isMac).map((stroke, at) => (
        <span key={stroke.join('+')} className={classes['stroke']}>
          {at > 0 && <span className={classes['then']}>then</span>}
          {stroke.map((cap) => (
            <Kbd key={cap} size="xs">
              {cap}
            </Kbd>
          ))}
        </span>
      ))}
    </span>
  )
}
