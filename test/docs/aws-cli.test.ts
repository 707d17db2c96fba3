import { pages } from "./pages";

/** AWS CLI 1.45.11 says "Unable to retrieve https://…" of the first, and "Unknown options: --cli-binary-format" of the second. */
const needsVersionTwo = /\baws [\w-]+ [\w-]+ [^`\n]*(?:--secret-string "?https?:|--cli-binary-format)/g;

it("pages name AWS CLI 2 before or beside a command that version 1 (seen with 1.45.11) refuses or reads otherwise", () => {
  const found = pages.flatMap(({ name, text }) => [...text.matchAll(needsVersionTwo)].map(({ index }) => ({ name, text, index })));
  expect(found.length).toBeGreaterThan(0);
  const unsaid = found.filter(({ text, index }) => !text.slice(Math.max(0, index - 1_000), index + 300).includes("AWS CLI 2"));
  expect(unsaid.map(({ name }) => name)).toEqual([]);
});
