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
