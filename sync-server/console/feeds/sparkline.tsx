import type { Bar } from './traffic.ts'
import styles from './sparkline.module.css'

const WIDTH = 300
const HEIGHT = 34

/** How much came, without numbers: the shape tells whether a feed is as it always is. */
export function Sparkline({ bars }: { readonly bars: readonly Bar[] }) {
  const top = Math.max(1, ...bars.map(({ total }) => total))
  const step = WIDTH / Math.max(1, bars.length - 1)
  const points = bars.map(
    ({ total }, index) => `${index * step},${HEIGHT - 1 - (total / top) * (HEIGHT - 3)}`,
  )
  return (
    <svg className={styles.line} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      <polygon className={styles.area} points={`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} />
      <polyline className={styles.edge} points={points.join(' ')} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
