/** Maximum numbers of functions whose names say neither what the function does nor what it returns. The numbers are never raised. */
export const NAME_BOUNDS = { participles: 20, of: 75, prepositions: 558 } as const;

export type NameCounts = Readonly<Record<keyof typeof NAME_BOUNDS, readonly string[]>>;

const irregular = new Set(
  [
    "found known kept told untold said given shown left held made sent seen written drawn taken gone put read begun begotten",
    "built bought brought caught cut done felt forgotten gotten heard hidden hit laid led lent lost meant met paid proven set",
    "shut spent stood sworn thrown typed understood won worn learnt",
  ].flatMap((line) => line.split(" ")),
);

/** A function's declaration, or a constant that holds an arrow function. */
const declaration =
  /(?:^|\n)[ \t]*(?:export )?(?:default )?(?:async )?function\*? +([A-Za-z_$][\w$]*)|(?:^|\n)[ \t]*(?:export )?const +([A-Za-z_$][\w$]*)(?:: [^=\n]+)? = (?:async )?(?:\([^\n]*\)|[a-z_$][\w$]*)(?:: [^=\n]+)? =>/g;

/** Folders of examples and tests, which are not part of the sources. */
const UNCOUNTED = /^(test|docs|samples|policy)\/|\.d\.ts$/;

/** Finds functions that are named by a participle alone (`judged`), or end in a preposition (`keyOf`, `keyFor`). */
export function countNames(texts: ReadonlyMap<string, string>): NameCounts {
  const names = [...texts]
    .filter(([path]) => !UNCOUNTED.test(path))
    .flatMap(([path, text]) => [...text.matchAll(declaration)].map(([, name = "", constant = name]) => ({ path, name: name || constant })));
  const select = (matches: (name: string) => boolean) =>
    names.filter(({ name }) => matches(name)).map(({ path, name }) => `${path}: ${name}`);
  return {
    participles: select((name) => irregular.has(name) || /^[a-z]+ed$/.test(name)),
    of: select((name) => /[a-z]Of$/.test(name)),
    prepositions: select((name) => /[a-z](For|In|At|From|By)$/.test(name)),
  };
}

export function findNameFaults(texts: ReadonlyMap<string, string>): readonly string[] {
  const counts = countNames(texts);
  const words = { participles: "are named by a participle alone", of: "end in Of", prepositions: "end in For, In, At, From or By" };
  return (Object.keys(words) as (keyof typeof words)[])
    .filter((kind) => counts[kind].length > NAME_BOUNDS[kind])
    .map(
      (kind) =>
        `${counts[kind].length} functions ${words[kind]}, ${NAME_BOUNDS[kind]} may: name yours by a verb phrase.\n  ${counts[kind].join("\n  ")}`,
    );
}
