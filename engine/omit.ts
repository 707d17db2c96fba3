export function omit<T extends object, Name extends keyof T>(object: T, ...names: readonly Name[]): Omit<T, Name> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !(names as readonly string[]).includes(name))) as Omit<T, Name>;
}
