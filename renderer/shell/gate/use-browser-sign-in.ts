import { useEffect, useRef, useState } from 'react'
import type { BrowserSignIn } from '#renderer/replica/contract.ts'

/** The sign-in that waits for its person, if one does; it ends with the screen, and when another takes its place. */
export function useBrowserSignIn() {
  const [signIn, setSignIn] = useState<BrowserSignIn | null>(null)
  const held = useRef<BrowserSignIn | null>(null)

  function hold(next: BrowserSignIn | null): void {
    void held.current?.end()
    held.current = next
    setSignIn(next)
  }

  useEffect(() => () => void held.current?.end(), [])

  return { signIn, hold }
}
