import { SegmentedControl } from '@mantine/core'
import { useSessionState } from '#renderer/ui/data/use-session-state.ts'
import { ListScreen } from '#renderer/ui/list/list-screen.tsx'
import { referralPresentation } from './presentation.ts'
import { ReferralBoard } from './referral-board.tsx'

const looks = [
  { value: 'board', label: 'Board' },
  { value: 'list', label: 'List' },
]

/** Referrals as a board of their states, or as a list of all. */
export function ReferralsList() {
  const [look, setLook] = useSessionState('referrals.look', 'board')
  const views = <SegmentedControl size="xs" aria-label="View" data={looks} value={look} onChange={setLook} />
  if (look === 'list') return <ListScreen presentation={referralPresentation} views={views} />
  return (
    <ListScreen
      presentation={referralPresentation}
      views={views}
      renderBody={(rows) => <ReferralBoard rows={rows} />}
    />
  )
}
