/** Lets work on one key wait for earlier work on it. Work on several keys takes its place in all queues at once, so nothing blocks for good. */
export class KeyedLock {
  private readonly tails = new Map<string, Promise<void>>();

  hold<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const turn = Promise.all(keys.map((key) => this.tails.get(key))).then(work);
    const tail: Promise<void> = turn.then(
      () => this.leave(keys, tail),
      () => this.leave(keys, tail),
    );
    for (const key of keys) this.tails.set(key, tail);
    return turn;
  }

  private leave(keys: readonly string[], tail: Promise<void>): void {
    for (const key of keys) if (this.tails.get(key) === tail) this.tails.delete(key);
  }
}
