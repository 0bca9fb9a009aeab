import { useRoute } from '../route.ts'
import { FeedSettingsPage } from './feed-settings-page.tsx'
import { FeedsPicture } from './feeds-picture.tsx'

/** The picture of all feeds, or the settings of one. */
export function FeedsPage() {
  const { route } = useRoute()
  const id = route[1]
  return id === undefined ? <FeedsPicture /> : <FeedSettingsPage id={id} />
}
