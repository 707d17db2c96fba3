import { schemaTexts } from "../../../engine/messages/schema";
import { schemaProblem } from "../../../engine/rules/schema-problem";

const invalid = (message?: unknown) => ({ attribute: "city", reason: "attribute.invalid", ...(message !== undefined && { message }) });
const required = { attribute: "city", reason: "attribute.required" };

/** What the person hears of one issue with the city that they typed. */
function problemOf(issue: object, { vendor = "valibot", typed = "x" as string | null } = {}) {
  return schemaProblem(
    { message: "Invalid type: Received x", path: ["city"], ...issue } as never,
    vendor,
    typed === null ? {} : { city: typed },
  );
}

const ours = { received: '"x"' };

it.each([
  { given: "the library's own words", issue: { ...ours, message: 'Invalid city: Received "x"' }, problem: invalid() },
  {
    given: "the library's own words, with what it expected",
    issue: { ...ours, expected: "/^y/", message: 'Invalid format: Expected /^y/ but received "x"' },
    problem: invalid(),
  },
  { given: "words that only begin as its own", issue: { ...ours, message: "Invalid city" }, problem: invalid("Invalid city") },
  { given: "words that only end as its own", issue: { ...ours, message: 'Oh: Received "x"' }, problem: invalid('Oh: Received "x"') },
  {
    given: "words that quote something else than it received",
    issue: { ...ours, message: 'Invalid city: Received "y"' },
    problem: invalid('Invalid city: Received "y"'),
  },
])("the policy's own words are told from the library's: $given", ({ issue, problem }) => expect(problemOf(issue)).toStrictEqual(problem));

const theirs = (more: object) => ({ message: "Invalid x: Received undefined", ...more });

it.each([
  { given: "too few characters of none", issue: theirs({ type: "min_length", input: "", requirement: 5 }), problem: required },
  { given: "nothing where something has to be", issue: theirs({ type: "non_empty", input: "" }), problem: required },
  {
    given: "nothing in another form",
    issue: theirs({ type: "regex", input: "" }),
    problem: invalid(schemaTexts.form),
  },
  {
    given: "a limit that is no number",
    issue: theirs({ type: "min_value", input: "2", requirement: "5" }),
    problem: invalid(schemaTexts.small),
  },
  {
    given: "a limit without end",
    issue: theirs({ type: "max_value", input: 2, requirement: Number.NaN }),
    problem: invalid(schemaTexts.large),
  },
  { given: "a kind nobody knows", issue: theirs({ type: "constructor", input: "x" }), problem: invalid() },
])("each kind of issue has a text: $given", ({ issue, problem }) => expect(problemOf(issue)).toStrictEqual(problem));

it("an issue of another library has no text of ours, whatever it is called", () =>
  expect(problemOf({ type: "regex" }, { vendor: "zod" })).toStrictEqual(invalid()));

it("a value that is not there is asked for", () => expect(problemOf(theirs({ type: "regex" }), { typed: null })).toEqual(required));

it("an issue with the whole form names no attribute", () =>
  expect(schemaProblem({ message: "No." }, "valibot", {})).toStrictEqual({ reason: "attribute.invalid", message: "No." }));
