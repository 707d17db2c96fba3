/** JSON that is the same whatever the order of members. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(
          Object.keys(each)
            .sort()
            .map((name) => [name, (each as Readonly<Record<string, unknown>>)[name]]),
        )
      : each,
  );
}
