import type { TriedSignUp } from "./judge";

/** One thing about a sign-up. */
export interface FoundFact {
  /** "email", "extension_Code", "accessList": as a case names it. */
  readonly what: string;
  readonly is: string;
}

/** All that is known of a sign-up, in the words of cases. */
export function foundFacts({ request, rows = {}, answers = {}, earlier, repeat, posture, now }: TriedSignUp): readonly FoundFact[] {
  const { email, attributes = {}, ...others } = request;
  return [
    { what: "email", is: email },
    ...Object.entries(others).map(([what, value]) => fact(what, value)),
    ...Object.entries(attributes).map(([what, value]) => ({ what, is: JSON.stringify(value) })),
    ...Object.entries(rows).flatMap(([what, all]) => rowFacts(what, all as readonly object[])),
    ...Object.entries(answers).map(([service, answer]) => fact(`${service} answers`, answer)),
    ...Object.entries({ earlier, repeat, posture, now }).flatMap(([what, value]) => (value === undefined ? [] : [fact(what, value)])),
  ];
}

/** Rows that differ in the person alone are counted. */
function rowFacts(table: string, rows: readonly object[]): readonly FoundFact[] {
  const words = rows.map((row) =>
    Object.entries(row)
      .filter(([name]) => name !== "by")
      .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
      .join(", "),
  );
  return [...new Set(words)].map((is) => {
    const times = words.filter((each) => each === is).length;
    return { what: table, is: times === 1 ? is : `${is} (${times} times)` };
  });
}

function fact(what: string, value: unknown): FoundFact {
  return { what, is: typeof value === "string" ? value : JSON.stringify(value) };
}
