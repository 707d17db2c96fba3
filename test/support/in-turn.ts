const MS_PER_DAY = 86_400_000;

/** A few members each day, so that all have their turn. */
function turnsOfDay<T>(all: readonly T[], aDay: number): readonly T[] {
  const first = Math.floor(Date.now() / MS_PER_DAY) * aDay;
  return Array.from({ length: Math.min(aDay, all.length) }, (_, turn) => all[(first + turn) % all.length] as T);
}
