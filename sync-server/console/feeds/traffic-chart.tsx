import { useElementSize } from '@mantine/hooks'
import { stateWords } from '../message-words.tsx'
import { durationWords, endedStates, roundTop, stackOf } from './traffic.ts'
import type { Bar, Stretch } from './traffic.ts'
import styles from './traffic-chart.module.css'

const HEIGHT = 190
const LEFT = 44
const RIGHT = 8
const TOP = 8
const BOTTOM = 22
const INNER = HEIGHT - TOP - BOTTOM

type ChartProps = { readonly bars: readonly Bar[]; readonly stretch: Stretch; readonly title: string }

/** Messages of each stretch by how they ended, stacked, with what each bar says on hover. */
export function TrafficChart({ bars, stretch, title }: ChartProps) {
  const { ref, width } = useElementSize<HTMLDivElement>()
  const top = roundTop(Math.max(...bars.map(({ total }) => total)))
  const step = Math.max(0, width - LEFT - RIGHT) / Math.max(1, bars.length)
  const y = (count: number) => TOP + INNER - (count / top) * INNER
  return (
    <div ref={ref}>
      <svg className={styles.chart} role="img" aria-label={title}>
        {[0, top / 2, top].map((count) => (
          <g key={count}>
            <line className={styles.grid} x1={LEFT} x2={width - RIGHT} y1={y(count)} y2={y(count)} />
            <text className={styles.label} x={LEFT - 6} y={y(count) + 4} textAnchor="end">
              {count}
            </text>
          </g>
        ))}
        {bars.map((bar, index) => (
          <BarColumn key={bar.at} bar={bar} x={LEFT + index * step} step={step} y={y} stretch={stretch} />
        ))}
        {marksOf(bars, width).map(({ index, words }) => (
          <text
            key={index}
            className={styles.label}
            x={LEFT + (index + 0.5) * step}
            y={HEIGHT - 6}
            textAnchor="middle"
          >
            {words}
          </text>
        ))}
      </svg>
    </div>
  )
}

type BarProps = {
  readonly bar: Bar
  readonly x: number
  readonly step: number
  readonly y: (count: number) => number
  readonly stretch: Stretch
}

function BarColumn({ bar, x, step, y, stretch }: BarProps) {
  const gap = Math.min(2, step / 4)
  return (
    <g>
      <title>{wordsOf(bar, stretch)}</title>
      <rect className={styles.slot} x={x} y={TOP} width={Math.max(0, step)} height={INNER} />
      {stackOf(bar).map(({ state, from, to }) => {
        const height = Math.max(1, y(from) - y(to))
        return (
          <rect
            key={state}
            className={styles[state]}
            x={x + gap / 2}
            y={y(from) - height}
            width={Math.max(1, step - gap)}
            height={height}
            pointerEvents="none"
          />
        )
      })}
    </g>
  )
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

function wordsOf({ at, counts, total, p95 }: Bar, stretch: Stretch): string {
  const start = (stretch === 'hour' ? dayAndClock : clock).format(new Date(at))
  if (total === 0) return `${start}: no message`
  const parts = endedStates.flatMap((state) => {
    const count = counts[state] ?? 0
    return count === 0 ? [] : [`${count} ${count === 1 ? stateWords[state].one : stateWords[state].many}`]
  })
  const latency = p95 === null ? '' : `\n95 of 100 within ${durationWords(p95)}`
  return `${start}: ${total} in\n${parts.join(', ')}${latency}`
}

/** Times under the bars, as many as there is room for, at round ones. */
function marksOf(bars: readonly Bar[], width: number): { index: number; words: string }[] {
  const most = Math.max(2, Math.floor(width / 90))
  const every = Math.ceil(bars.length / most)
  const isLong =
    bars.length > 0 && Date.parse(bars.at(-1)?.at ?? '') - Date.parse(bars[0]?.at ?? '') > 86_400_000 * 1.5
  return bars.flatMap(({ at }, index) =>
    index % every === Math.floor(every / 2)
      ? [{ index, words: (isLong ? dayAndClock : clock).format(new Date(at)) }]
      : [],
  )
}
