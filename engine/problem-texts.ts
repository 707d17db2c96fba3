/** One text for each code: a code without a text does not compile. */
export type ProblemTexts<P extends { readonly code: string }, More extends readonly unknown[] = []> = {
  readonly [Code in P["code"]]: string | ((problem: Extract<P, { readonly code: Code }>, ...more: More) => string);
};

export function formatProblem<P extends { readonly code: string }, More extends readonly unknown[]>(
  problem: P,
  texts: ProblemTexts<P, More>,
  ...more: More
): string {
  const text: string | ((problem: never, ...more: More) => string) = texts[problem.code as P["code"]];
  return typeof text === "string" ? text : text(problem as never, ...more);
}

export function nearestName(typedName: string, names: Iterable<string>): string | undefined {
  const most = Math.min(3, Math.floor(typedName.length / 3));
  const others = [...names].filter((name) => name !== typedName);
  for (let slips = 0; slips <= most; slips++) {
    const near = others.find((name) => isWithin(slips, typedName.toLowerCase(), name.toLowerCase()));
    if (near !== undefined) return near;
  }
  return undefined;
}

export function didYouMean(typedName: string, names: Iterable<string>): string {
  const name = nearestName(typedName, names);
  return name === undefined ? "" : ` Did you mean ${name}?`;
}

export function nearest(name: string, names: readonly string[]): string {
  const closest = nearestName(name, names);
  if (closest !== undefined) return `: did you mean ${closest}?`;
  return names.length === 0 ? "" : `: there are ${names.join(", ")}`;
}

/** True if two texts differ by at most `slips` slips: a letter left out, added or changed, or two neighbours swapped. */
function isWithin(slips: number, one: string, other: string): boolean {
  if (one === other) return true;
  if (slips === 0) return false;
  let at = 0;
  while (one[at] === other[at]) at++;
  const without = (letters: number, others: number) => isWithin(slips - 1, one.slice(at + letters), other.slice(at + others));
  const isSwap = one[at] === other[at + 1] && one[at + 1] === other[at];
  return without(1, 0) || without(0, 1) || without(1, 1) || (isSwap && without(2, 2));
}
