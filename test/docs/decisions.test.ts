import { pages } from "./pages";

interface Decision {
  readonly file: string;
  readonly text: string;
}

const decisions: readonly Decision[] = pages
  .filter(({ name }) => /^docs\/decisions\/\d{4}-/.test(name))
  .map(({ name, text }) => ({ file: name.replace("docs/decisions/", ""), text }));
const index = pages.find(({ name }) => name === "docs/decisions/README.md")?.text ?? "";
const LINK = /\]\((\d{4}-[^)#]*)\)/g;

function linkedFiles(text: string): readonly string[] {
  return [...text.matchAll(LINK)].map(([, file = ""]) => file);
}

/** Lines of the index by the file that they link to; a decision that another one replaced has "(replaced by 0123)" behind it. */
function indexLine({ file, text }: Decision): string {
  const title = text.split("\n", 1)[0]?.replace("# ", "").replace(":", "");
  const by = /^> Replaced by \[(\d{4})\]/m.exec(noteOf(text))?.[1];
  return `- [${title}](${file})${by === undefined ? "" : ` (replaced by ${by})`}`;
}

/** The quoted paragraph below the title: what replaced or extended the decision. */
function noteOf(text: string): string {
  return /^# .*\n\n(> .*(?:\n>.*)*)/.exec(text)?.[1] ?? "";
}

/** What is wrong with how a decision says that it no longer holds. */
function noteFlaws({ file, text }: Decision, files: readonly string[]): readonly string[] {
  const note = noteOf(text);
  const body = text.replace(note, "");
  const opening = body.split("\n\n").slice(1, 2).join();
  const targets = linkedFiles(note);
  return [
    ...(note === "" || /^> (Replaced by|Replaced in part by|Extended by) \[\d{4}\]/.test(note)
      ? []
      : ["the note does not say by which decision"]),
    ...targets.filter((target) => !files.includes(target) || target <= file).map((target) => `${target} is no later decision`),
    ...(/^(For .* )?[Rr]eplaced (in part )?by|^Since \[/.test(opening) || /^> Replaced/m.test(body)
      ? ["a note stands outside the quoted paragraph below the title"]
      : []),
  ];
}

/** Decisions that this one says it replaces: "Replaces [0067](…)", "this replaces the last step of [0071](…)". */
function replacedBy({ text }: Decision): readonly string[] {
  const sentences = text.replace(noteOf(text), "").split(/(?<=\.)\s/);
  return linkedFiles(sentences.filter((sentence) => /\breplaces\b/i.test(sentence)).join(" "));
}

it("the index lists each decision once, by its title", () => {
  const lines = index.split("\n").filter((line) => line.startsWith("- "));
  expect([...lines].sort()).toEqual(decisions.map(indexLine).sort());
});

it("each decision's number is unique and stands in its title", () => {
  const numbers = decisions.map(({ file }) => file.slice(0, 4));
  expect(numbers).toEqual([...new Set(numbers)]);
  expect(decisions.filter(({ file, text }) => !text.startsWith(`# ${file.slice(0, 4)}: `)).map(({ file }) => file)).toEqual([]);
});

it("a decision that no longer applies names a later one", () => {
  const files = decisions.map(({ file }) => file);
  expect(decisions.flatMap((each) => noteFlaws(each, files).map((flaw) => `${each.file}: ${flaw}`))).toEqual([]);
});

it("a decision that replaces another is named by the replaced one", () => {
  const silent = decisions.flatMap((each) =>
    replacedBy(each)
      .filter((file) => !linkedFiles(noteOf(decisions.find((other) => other.file === file)?.text ?? "")).includes(each.file))
      .map((file) => `${file} does not name ${each.file}`),
  );
  expect(silent).toEqual([]);
});

it.each([
  ["> Replaced by something better.", ["the note does not say by which decision"]],
  ["> Replaced by [0003](0003-no-such-page.md).", ["0003-no-such-page.md is no later decision"]],
  ["> Replaced by [0001](0001-a.md).", ["0001-a.md is no later decision"]],
  ["Replaced by [0003](0003-c.md).", ["a note stands outside the quoted paragraph below the title"]],
  ["> Replaced in part by [0003](0003-c.md): the limit.", []],
])("a decision's note is accepted only if it is quoted and links to a later decision: %s", (line, flaws) => {
  expect(noteFlaws({ file: "0002-b.md", text: `# 0002: B\n\n${line}\n\nText.\n` }, ["0001-a.md", "0002-b.md", "0003-c.md"])).toEqual(flaws);
});
