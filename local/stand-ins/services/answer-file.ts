import { readFileSync } from "node:fs";
import * as v from "valibot";
import { createChoiceSchema, createListSchema, createTextSchema, wholeNumber, withMeaning } from "../../../engine/fields";
import type { Json } from "../../../engine/sign-up/sign-up";
import { withRelativePaths } from "../../../lib/app-root";
import { findFlaws, pathWords } from "../../../lib/schema-flaws";
import { jsonFlaw, jsonPlaces, sentence } from "../../data/json-text";

export const anyJson = v.custom<Json>(() => true);

export const faults = ["timeout", "refused"] as const;
export const fault = createChoiceSchema(faults, "timeout: no answer in time. refused: nobody takes the connection.");

const status = wholeNumber("The HTTP status. 200 by default.", 200, 599);
export const recordedMembers = {
  status: v.optional(status),
  body: v.optional(withMeaning(anyJson, "The body: a text as it is, anything else as JSON.")),
  headers: v.optional(
    withMeaning(
      v.record(v.string(), v.string()),
      "Headers of the answer. The content type is JSON by default, for a text that looks like it XML.",
    ),
  ),
};

// Defines answer files: their type, their check and docs/schemas/answers.json.

const answer = withMeaning(
  v.strictObject({
    method: v.optional(createChoiceSchema(["GET", "POST", "PUT", "PATCH", "DELETE"], "The call's method. Any by default.")),
    path: v.optional(
      v.pipe(
        v.string(),
        v.startsWith("/"),
        v.description('The call\'s path below the service\'s URL; "*" matches any one segment: "/partners/*". Any by default.'),
      ),
    ),
    query: v.optional(withMeaning(v.record(v.string(), v.string()), "Values that the call's query has to have.")),
    ...recordedMembers,
    fault: v.optional(createChoiceSchema(faults, "In place of an answer. timeout: none in time. refused: the connection ends.")),
  }),
  "A call, and what the service answers to it.",
);

/** A file in `policy/answers/`. */
export const answerFile = withMeaning(
  v.strictObject({
    $schema: v.optional(createTextSchema("This schema, for the editor.")),
    answers: createListSchema(answer, "Tried in order: the first whose method, path and query fit the call answers it."),
  }),
  'What a system that the policy names answers in npm start: policy/answers/crm.json for service("crm") or http({ name: "crm" }).',
);

export type CannedAnswer = Readonly<v.InferOutput<typeof answer>>;

type ReadAnswers = { readonly answers: readonly CannedAnswer[] } | { readonly flaw: string };

export async function readAnswers(file: string): Promise<ReadAnswers> {
  const text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
  const shownFile = withRelativePaths(file);
  const broken = await jsonFlaw(text);
  if (broken !== undefined) return { flaw: `${shownFile}${broken}` };
  const json: unknown = JSON.parse(text);
  const content = asFile(json);
  const [flaw] = findFlaws(answerFile, content);
  if (flaw === undefined) return content as Readonly<v.InferOutput<typeof answerFile>>;
  // `flaw.path` is a path in the full form. The outer levels that a short form lacks are removed.
  const path = flaw.path.slice(isFile(json) || content === json ? 0 : Array.isArray(json) ? 1 : 2);
  const what = path.length === 0 ? "the file" : pathWords(path);
  return { flaw: `${shownFile}:${jsonPlaces(text).lineOf(path)}: ${sentence(`${what} ${flaw.problem}`)}` };
}

/** Accepts short forms, as in a case: one answer, or a list of answers. A text stands for an answer with this fault. */
function asFile(content: unknown): unknown {
  if (!isFile(content) && !isAnswers(content)) return content;
  const answers = isFile(content) ? content.answers : content;
  const list = [answers].flat().map((each: unknown) => (typeof each === "string" ? { fault: each } : each));
  return { ...(isFile(content) && content), answers: list };
}

function isFile(content: unknown): content is { readonly answers: unknown } {
  return typeof content === "object" && content !== null && "answers" in content;
}

function isAnswers(content: unknown): boolean {
  if (Array.isArray(content)) return true;
  return typeof content === "object" && content !== null && Object.keys(content).some((name) => Object.hasOwn(answer.entries, name));
}
