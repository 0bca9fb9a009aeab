import { useRoute } from '../route.ts'
import { MessagePage } from './message-page.tsx'
import { MessageSearch } from './message-search.tsx'

/** Looking for messages, or at one. */
export function MessagesPage() {
  const { route } = useRoute()
  const sequence = Number(route[1] ?? '')
  return Number.isSafeInteger(sequence) && sequence > 0 ? (
    <MessagePage key={sequence} sequence={sequence} />
  ) : (
    <MessageSearch />
  )
}
