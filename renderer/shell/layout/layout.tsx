import { Outlet } from '@tanstack/react-router'
import { ErrorBoundary } from '#renderer/ui/feedback/error-boundary.tsx'
import { RecoveryOfferBanner } from '../passphrase/recovery-offer.tsx'
import { FirstLoadBar } from '../sync/first-load-bar.tsx'
import { OpeningBar } from '../sync/opening-bar.tsx'
import { ShellCommands } from '../shell-commands.tsx'
import { Header } from './header.tsx'
import { Navigation } from './navigation.tsx'
import { ProblemBanner } from './problem-banner.tsx'
import classes from './layout.module.css'

/** The frame around every screen. */
export function Layout() {
  return (
    <div className={classes['frame']}>
      <a href="#content" className={classes['skip']} onClick={skipToContent}>
        Skip to the content
      </a>
      <Navigation />
      <div className={classes['main']}>
        <FirstLoadBar />
        <OpeningBar />
        <Header />
        <ProblemBanner />
        <RecoveryOfferBanner />
        <main id="content" className={classes['content']} tabIndex={-1}>
          <ErrorBoundary>
            <Outlet />
          </ErrorBoundary>
        </main>
      </div>
      <ShellCommands />
    </div>
  )
}

/** The address behind the hash is the router's, so the link moves the focus by itself. */
function skipToContent(event: React.MouseEvent): void {
  event.preventDefault()
  document.querySelector<HTMLElement>('#content')?.focus()
}
