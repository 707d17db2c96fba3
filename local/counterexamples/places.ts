/** Paths of all values inside a value, the outermost first. A list's last element comes first, so that earlier indexes stay valid. */
export function placesIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value).reverse();
  return [...entries.map(([name]) => [name]), ...entries.flatMap(([name, inner]) => placesIn(inner).map((place) => [name, ...place]))].sort(
    (one, other) => one.length - other.length,
  );
}

/** Removes the value at a path. A request and its address stay. */
export function without<T>(value: T, [name = "", ...rest]: readonly string[]): T {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return value;
  if (rest.length === 0 && ["email", "request"].includes(name)) return value;
  const inner = rest.length === 0 ? [] : [without((value as Record<string, unknown>)[name], rest)];
  if (Array.isArray(value)) return value.toSpliced(Number(name), 1, ...inner) as T;
  const { [name]: _, ...others } = value as Record<string, unknown>;
  return (rest.length === 0 ? others : { ...value, [name]: inner[0] }) as T;
}
