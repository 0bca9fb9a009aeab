import { giveWay } from '../../give-way.ts'

/** Tells somebody of one thing after the other: each at once, or once those who wait for it have had their answer. */
export type ToldInOrder<News> = {
  now(news: News): void
  later(news: News): void
  /** Leaves nothing untold. */
  flush(): void
}

export function toldInOrder<News>(tell: (news: News) => void): ToldInOrder<News> {
  const untold: News[] = []

  function flush(): void {
    for (const news of untold.splice(0)) tell(news)
  }

  return {
    now(news) {
      untold.push(news)
      flush()
    },
    later(news) {
      untold.push(news)
      if (untold.length === 1) void giveWay().then(flush)
    },
    flush,
  }
}
