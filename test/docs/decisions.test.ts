import { pages } from "./pages";

const decisions = pages.filter(({ name }) => /^docs\/decisions\/\d{4}-/.test(name)).map(({ name }) => name.replace("docs/decisions/", ""));
const index = pages.find(({ name }) => name === "docs/decisions/README.md")?.text ?? "";

it("the index names each decision once", () => {
  const linked = [...index.matchAll(/\]\((\d{4}-[^)]*)\)/g)].map(([, link]) => link);
  expect([...linked].sort()).toEqual([...decisions].sort());
});

it("numbers are given once", () => {
  const numbers = decisions.map((name) => name.slice(0, 4));
  expect(numbers).toEqual([...new Set(numbers)]);
});
