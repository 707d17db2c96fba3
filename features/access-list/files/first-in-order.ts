/** Keeps only the first of many values in an order. */
export class FirstInOrder<T> {
  readonly #limit: number;
  readonly #compare: (one: T, other: T) => number;
  #kept: T[] = [];

  constructor(limit: number, compare: (one: T, other: T) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  add(value: T): void {
    this.#kept.push(value);
    if (this.#kept.length > 2 * this.#limit) this.#kept = this.all();
  }

  all(): T[] {
    return this.#kept.toSorted(this.#compare).slice(0, this.#limit);
  }
}
