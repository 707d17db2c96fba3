import { reasonsTable, rulesTable } from "./rule-tables";

/** A part of a page that is generated: it stands between `<!-- generated: NAME -->` and `<!-- end -->`. */
export interface GeneratedPart {
  /** Relative to the project. */
  readonly page: string;
  readonly name: string;
  text(): string;
}

export const generatedParts: readonly GeneratedPart[] = [
  { page: "docs/policy.md", name: "rules", text: rulesTable },
  { page: "docs/policy.md", name: "reasons", text: reasonsTable },
];

/** The page with the part as it has to be. Throws if the page has no place for it. */
export function withPart(page: string, { page: path, name, text }: GeneratedPart): string {
  const opening = `<!-- generated: ${name} -->\n`;
  const start = page.indexOf(opening);
  const end = page.indexOf("<!-- end -->", start);
  if (start < 0 || end < 0) throw new Error(`${path} has no place for the generated part "${name}".`);
  return `${page.slice(0, start)}${opening}\n${text()}\n\n${page.slice(end)}`;
}
