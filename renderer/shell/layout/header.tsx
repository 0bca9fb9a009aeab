import { UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { HotkeyCaps } from '../help/hotkey-caps.tsx'
import { openPalette } from '../palette/open-palette.ts'
import { SyncIndicator } from '../sync/sync-indicator.tsx'
import { UserMenu } from './user-menu.tsx'
import classes from './layout.module.css'

export function Header() {
  return (
    <header className={classes['header']}>
      <UnstyledButton className={classes['search'] ?? ''} onClick={openPalette}>
        <IconSearch size={15} aria-hidden />
        <span className={classes['searchWords']}>Search records and commands</span>
        <HotkeyCaps hotkey="mod+K" />
      </UnstyledButton>
      <div className={classes['tools']}>
        <SyncIndicator />
        <UserMenu />
      </div>
    </header>
  )
}
