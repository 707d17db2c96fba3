import { readFileSync } from "node:fs";
import { anyText, closedObject, filled, listOf, mapOf, oneOf, optional, type TypeOf, textLike } from "../../../engine/schema";
import { withRelativePaths } from "../../../lib/app-root";
import { flawsOf, pathWords } from "../../../lib/schema-flaws";
import { faults, recordedMembers } from "../../cases/format";
import { jsonPlaces, sentence } from "../../cases/json-places";
import { jsonFlaw } from "../../data/json-flaw";

// A file of answers: its type, its check and docs/schemas/answers.json come from here.

const answer = closedObject(
  {
    method: optional(oneOf(["GET", "POST", "PUT", "PATCH", "DELETE"], "The call's method. Any by default.")),
    path: optional(
      textLike(
        'The call\'s path below the service\'s URL; "*" stands for one segment, whatever it is: "/partners/*". Any by default.',
        (text) => text.startsWith("/"),
        {
          pattern: "^/",
        },
      ),
    ),
    query: optional(mapOf(anyText(""), "Values that the call's query has to have.")),
    ...recordedMembers,
    fault: optional(oneOf(faults, "In place of an answer. timeout: none in time. refused: the connection ends.")),
  },
  "A call, and what the service answers to it.",
);

/** A file in `policy/answers/`. */
export const answerFile = closedObject(
  {
    $schema: optional(filled("This schema, for the editor.")),
    answers: listOf(answer, "Tried in order: the first whose method, path and query fit the call answers it."),
  },
  'What a system that the policy names answers in npm start: policy/answers/crm.json for service("crm") or http({ name: "crm" }).',
);

export type CannedAnswer = TypeOf<typeof answer>;

/** What a file says, or what is wrong with it: with file and line. */
export type ReadAnswers = { readonly answers: readonly CannedAnswer[] } | { readonly flaw: string };

export async function readAnswers(path: string): Promise<ReadAnswers> {
  const text = readFileSync(path, "utf8").replace(/^\ufeff/, "");
  const shown = withRelativePaths(path);
  const broken = await jsonFlaw(text);
  if (broken !== undefined) return { flaw: `${shown}${broken}` };
  const content = JSON.parse(text) as TypeOf<typeof answerFile>;
  const [flaw] = flawsOf(answerFile, content);
  if (flaw === undefined) return content;
  const what = flaw.path.length === 0 ? "the file" : pathWords(flaw.path);
  return { flaw: `${shown}:${jsonPlaces(text).lineOf(flaw.path)}: ${sentence(`${what} ${flaw.problem}`)}` };
}
