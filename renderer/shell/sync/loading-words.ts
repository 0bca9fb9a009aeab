import type { Loading } from '#renderer/replica/contract.ts'

export type LoadingWords = {
  /** From 0 to 99: at 100 nobody waits. */
  readonly percent: number
  readonly sentence: string
  /** The same in steps of a quarter: a screen reader that speaks each percent says nothing else. */
  readonly spoken: string
}

export function loadingWords({ share }: Loading): LoadingWords {
  const percent = Math.min(99, Math.max(0, Math.floor(share * 100)))
  return { percent, sentence: sentenceOf(percent), spoken: sentenceOf(percent - (percent % 25)) }
}

function sentenceOf(percent: number): string {
  return `Opening the rest of your records, ${percent} %. You can work already.`
}
