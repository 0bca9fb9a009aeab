import { useEffect } from 'react'
import { signInPageSchema } from '#app/protocol/index.ts'
import { useRoute } from '../route.ts'

const KEPT = 'rounds-sign-in'

/**
 * Which device's page this is, as its address told; null: it told none. Kept in this tab, since single sign-on leads away from
 * here and back. It opens nothing to who reads it.
 */
export function useAskingPage(): string | null {
  const { route } = useRoute()
  const told = signInPageSchema.safeParse(route[0]).data
  useEffect(() => {
    if (told !== undefined) sessionStorage.setItem(KEPT, told)
  }, [told])
  return told ?? sessionStorage.getItem(KEPT)
}
