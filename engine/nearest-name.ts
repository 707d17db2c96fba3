/** The name that a mistyped one was to be: another case, or a slip or two. Undefined where none is near. */
export function nearestName(typed: string, names: Iterable<string>): string | undefined {
  const most = Math.min(3, Math.floor(typed.length / 3));
  const wanted = typed.toLowerCase();
  const near = [...names]
    // Each letter more or less is a slip.
    .filter((name) => name !== typed && Math.abs(name.toLowerCase().length - wanted.length) <= most)
    .map((name) => ({ name, slips: slipsBetween(wanted, name.toLowerCase()) }))
    .filter(({ slips }) => slips <= most);
  return near.sort((one, other) => one.slips - other.slips)[0]?.name;
}

/** "Did you mean city?", with a space before it; nothing where no name is near. */
export function didYouMean(typed: string, names: Iterable<string>): string {
  const name = nearestName(typed, names);
  return name === undefined ? "" : ` Did you mean ${name}?`;
}

/** Letters left out, put in or changed, and neighbours swapped: the optimal string alignment distance. */
function slipsBetween(one: string, other: string): number {
  let before: number[] = [];
  let last = [...Array(other.length + 1).keys()];
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let column = 1; column <= other.length; column++) {
      const changed = (last[column - 1] as number) + (one[row - 1] === other[column - 1] ? 0 : 1);
      const isSwap = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      next.push(
        Math.min(
          changed,
          (last[column] as number) + 1,
          (next[column - 1] as number) + 1,
          isSwap ? (before[column - 2] as number) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = last;
    last = next;
  }
  return last[other.length] as number;
}
