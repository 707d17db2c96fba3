/** A graph: the targets of each node. */
export type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/** The largest strongly connected set of nodes. By Tarjan, 1972: "Depth-first search and linear graph algorithms". */
export function largestKnot(arrows: Arrows): readonly string[] {
  const indexes = new Map<string, number>();
  const lows = new Map<string, number>();
  const open: string[] = [];
  let largest: readonly string[] = [];

  function visit(node: string): number {
    const index = indexes.size;
    indexes.set(node, index);
    let low = index;
    open.push(node);
    for (const next of arrows.get(node) ?? []) {
      if (!indexes.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, indexes.get(next) ?? low);
    }
    lows.set(node, low);
    if (low === index) {
      const knot = open.splice(open.indexOf(node));
      if (knot.length > largest.length) largest = knot;
    }
    return low;
  }

  for (const node of arrows.keys()) if (!indexes.has(node)) visit(node);
  return largest;
}

/** Features and all features that need them, sorted. */
export function goWith(features: readonly string[], edges: Arrows): readonly string[] {
  const gone = new Set(features);
  for (const each of gone) for (const [from, to] of edges) if (to.has(each)) gone.add(from);
  return [...gone].sort();
}
