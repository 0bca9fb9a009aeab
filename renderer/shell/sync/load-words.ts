import type { Lag, LoadEstimate, SyncPhase } from '#renderer/replica/contract.ts'
import { countText } from '#renderer/ui/format/count.ts'
import { size } from '#renderer/ui/format/size.ts'
import { relativeText } from '#renderer/ui/format/when.ts'

/** How much a first load is, and how long it will still take. */
export function estimateText({ documents, bytes, secondsLeft }: LoadEstimate): string {
  const whole = `${countText(documents, 'record', 'records')}, about ${size(bytes)}`
  return secondsLeft === null ? `${whole}.` : `${whole}; ${leftText(secondsLeft)}.`
}

/** As exact as a guess can be. */
export function leftText(seconds: number): string {
  if (seconds < 10) return 'a few seconds left'
  if (seconds < 60) return `about ${Math.ceil(seconds / 10) * 10} seconds left`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 90) return minutes === 1 ? 'about a minute left' : `about ${minutes} minutes left`
  return `about ${Math.round(minutes / 60)} hours left`
}

/** How old what is here may be. */
export function lagText({ behind, levelAt }: Lag, phase: SyncPhase, now: number): string {
  if (behind > 0) return `${countText(behind, 'change', 'changes')} behind`
  if (levelAt === null) return 'Not yet level'
  return phase === 'done' ? 'Level with the server' : `As of ${relativeText(levelAt, now)}`
}
