/**
 * Throws TypeError for an option that does not exist. The compiler finds one only where it sees the types: not behind `any`, a
 * spread or JSON, nor in plain JavaScript. A mistyped option would be left out without a word, and `trsut` lets people in.
 *
 * @param names of all options: the compiler compares them with the type
 */
export function assertKnown<Options extends object>(what: string, options: Options, names: Readonly<Record<keyof Options, true>>): void {
  const odd = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (odd !== undefined) throw new TypeError(`${what}: there is no ${JSON.stringify(odd)}. There are ${Object.keys(names).join(", ")}.`);
}
