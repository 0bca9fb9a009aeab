import { Text } from '@mantine/core'
import type { Tree, TreeNode } from '../../console-api/protocol/hl7.ts'
import { isAt, segmentOf } from './place.ts'
import styles from './message.module.css'

type MessageTreeProps = { readonly tree: Tree | null; readonly place: string; readonly placeName: string }

/** Every value with its place and what the standard calls it; the place that the reason names is marked. */
export function MessageTree({ tree, place, placeName }: MessageTreeProps) {
  if (tree === null) return <Text size="sm">It is no HL7 message, so it has no fields.</Text>
  return (
    <div className={styles.tree}>
      {tree.map(({ segment, fields }) => {
        const isHere = segment === segmentOf(place)
        const isThere = fields.some((field) => isAt(field.place, place))
        return (
          <section key={segment} aria-label={segment}>
            <div className={`${styles.segment} ${isHere && !place.includes('-') ? styles.marked : ''}`}>
              {segment}
            </div>
            {fields.map((field) => (
              <Node key={field.place} node={field} depth={0} place={place} />
            ))}
            {isHere && place.includes('-') && !isThere && (
              <div className={`${styles.node} ${styles.marked}`}>
                <span className={styles.place}>{place}</span>
                <span className={styles.name}>{placeName}</span>
                <span className={styles.absent}>not there</span>
              </div>
            )}
          </section>
        )
      })}
    </div>
  )
}

type NodeProps = { readonly node: TreeNode; readonly depth: number; readonly place: string }

function Node({ node, depth, place }: NodeProps) {
  const isMarked = isAt(node.place, place)
  return (
    <>
      <div className={`${styles.node} ${isMarked ? styles.marked : ''}`}>
        <span className={styles.place}>
          {'\u2003'.repeat(depth)}
          {node.place}
        </span>
        <span className={styles.name}>{node.name}</span>
        <span className={styles.text}>{node.parts.length === 0 ? node.text : ''}</span>
      </div>
      {node.parts.map((part) => (
        <Node key={part.place} node={part} depth={depth + 1} place={place} />
      ))}
    </>
  )
}
