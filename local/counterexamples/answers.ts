import type { Json } from "../../engine/sign-up/sign-up";
import type { RecordedAnswer } from "../cases/format";
import { around } from "./values";
import type { Vocabulary } from "./vocabulary";

/** What a system outside may answer, a good answer first. */
export function triedAnswers(service: string, vocabulary: Vocabulary): readonly RecordedAnswer[] {
  return [...(vendors[service] ?? bodiesOf(vocabulary).map((body) => ({ body }))), ...troubles];
}

const troubles: readonly RecordedAnswer[] = [
  { status: 404, body: {} },
  { status: 500 },
  "timeout",
  "refused",
  { body: {} },
  { body: [] },
  { status: 401, body: {} },
  { status: 204 },
  { body: "?" },
];

function idology(key: string): RecordedAnswer {
  const results = "<results><key>result.match</key></results>";
  return { body: `<response><id-number>1</id-number><summary-result><key>${key}</key></summary-result>${results}</response>` };
}

function experian(decision: string): RecordedAnswer {
  const responseHeader = { responseType: "INFO", responseCode: "R0201", expRequestId: "RB1", overallResponse: { decision } };
  return { body: { responseHeader, clientResponsePayload: {} } };
}

/** Systems whose answers have a form of their own. */
const vendors: Readonly<Record<string, readonly RecordedAnswer[]>> = {
  idology: ["id.success", "id.failure", "id.partial"].map(idology),
  experian: ["CONTINUE", "STOP", "REFER"].map(experian),
  dns: [{ body: ["aspmx.l.google.com"] }, { body: [] }, { body: ["mx.unlisted.example"] }],
};

/** Above most levels; a score has to be low, and comes second. */
const HIGH = 1_000;
/** The most answers that are made of all schemas. */
const MOST = 40;
const OBJECT = /\bobject\(\s*\{/g;

/** Answers that fit the schemas of the policies: each member in turn with all that it may be. */
function bodiesOf(vocabulary: Vocabulary): readonly Json[] {
  const schemas = vocabulary.sources.flatMap((source) => [...source.matchAll(OBJECT)].map(({ index }) => source.slice(index)));
  const bodies = schemas.flatMap((schema) => valuesOf("", schema, vocabulary));
  return bodies.length === 0 ? [{}] : bodies.slice(0, MOST);
}

/** All that fits a schema, as written. @param name of the member that has it */
function valuesOf(name: string, schema: string, vocabulary: Vocabulary): readonly Json[] {
  const kind = /\b(object|array|boolean|number|integer)\(/.exec(schema);
  const inner = schema.slice((kind?.index ?? 0) + (kind?.[0].length ?? 0));
  if (kind?.[1] === "object") return objectsOf(membersOf(inner.slice(inner.indexOf("{") + 1)), vocabulary);
  if (kind?.[1] === "array") return [...valuesOf(name, inner, vocabulary).map((value) => [value]), []];
  if (kind?.[1] === "boolean") return [true, false];
  const { texts, numbers } = vocabulary.near(name);
  if (kind !== null) return [...new Set([HIGH, 1, ...around(numbers), 0, -1])];
  const own = [...schema.matchAll(/["']([^"']*)["']/g)].map(([, text = ""]) => text);
  const named = texts.filter((text) => text !== name && /^(?!extension_)[\p{L}\p{N}_.-]{1,30}$/u.test(text));
  return [...new Set([...own, "Contoso", "P-1001", ...named.slice(0, 10), ""])];
}

/** The schema of each member. @param code from behind the brace on */
function membersOf(code: string): readonly (readonly [name: string, schema: string])[] {
  let depth = 0;
  const members = [""];
  for (const mark of code) {
    if (/[([{]/.test(mark)) depth += 1;
    if (/[)\]}]/.test(mark)) depth -= 1;
    if (depth < 0) break;
    if (depth === 0 && mark === ",") members.push("");
    else members.push(`${members.pop()}${mark}`);
  }
  return members.flatMap((member) => {
    const [, name, schema] = /^\s*["']?([^"':]+)["']?\s*:(.*)$/s.exec(member) ?? [];
    return name === undefined || schema === undefined ? [] : [[name, schema] as const];
  });
}

function objectsOf(members: ReturnType<typeof membersOf>, vocabulary: Vocabulary): readonly Json[] {
  const options = members.map(([name, schema]) => [name, valuesOf(name, schema, vocabulary)] as const);
  const first = Object.fromEntries(options.map(([name, values]) => [name, values[0] as Json]));
  const second = Object.fromEntries(options.map(([name, values]) => [name, values[typeof values[0] === "number" ? 1 : 0] as Json]));
  const others = options.flatMap(([name, values]) => values.slice(1).map((value) => ({ ...first, [name]: value })));
  const fewer = options.map(([name]) => Object.fromEntries(Object.entries(first).filter(([each]) => each !== name)));
  return [first, second, ...others, ...fewer];
}
