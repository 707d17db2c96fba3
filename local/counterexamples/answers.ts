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

/** Answers that fit the schemas of the policies: each member in turn with all that it may be. */
function bodiesOf(vocabulary: Vocabulary): readonly Json[] {
  const schemas = vocabulary.sources.flatMap((source) => [...source.matchAll(/\bobject\(\s*\{/g)].map(({ index }) => source.slice(index)));
  const bodies = schemas.flatMap((schema) => valuesOf("", schema, vocabulary));
  return bodies.length === 0 ? [{}] : bodies.slice(0, MOST);
}

/** All that fits a schema, as written. @param name of the member that has it */
function valuesOf(name: string, schema: string, vocabulary: Vocabulary): readonly Json[] {
  const [call = "", kind] = /\b(object|array|boolean|number|integer)\(/.exec(schema) ?? [];
  const inner = schema.slice(schema.indexOf(call) + call.length);
  if (kind === "object") return objectsOf(membersOf(inner.slice(inner.indexOf("{") + 1)), vocabulary);
  if (kind === "array") return [...valuesOf(name, inner, vocabulary).map((value) => [value]), []];
  if (kind === "boolean") return [true, false];
  if (kind !== undefined) return [...new Set([HIGH, 1, ...around(vocabulary.numbers), 0, -1])];
  const own = [...schema.matchAll(/["']([^"']*)["']/g)].map(([, text = ""]) => text);
  const named = vocabulary.texts.filter((text) => text !== name && /^(?!extension_)[\p{L}\p{N}_.-]{1,30}$/u.test(text));
  return [...new Set([...own, "Contoso", "P-1001", ...named.slice(0, 10), ""])];
}

/** The schema of each member. @param code from behind the brace on */
function membersOf(code: string): readonly (readonly [name: string, schema: string])[] {
  const members = [""];
  let depth = 0;
  for (const mark of code) {
    depth += Number(/[([{]/.test(mark)) - Number(/[)\]}]/.test(mark));
    if (depth < 0) break;
    if (depth === 0 && mark === ",") members.push("");
    else members.push(`${members.pop()}${mark}`);
  }
  return members.flatMap((member) =>
    [...member.matchAll(/^\s*["']?([^"':]+)["']?\s*:(.*)$/gs)].map(([, name = "", schema = ""]) => [name, schema] as const),
  );
}

function objectsOf(members: ReturnType<typeof membersOf>, vocabulary: Vocabulary): readonly Json[] {
  const options = members.map(([name, schema]) => [name, valuesOf(name, schema, vocabulary)] as const);
  const objectOf = (valueIn: (values: readonly Json[]) => Json | undefined) =>
    Object.fromEntries(options.map(([name, values]) => [name, valueIn(values) as Json]));
  const first = objectOf(([value]) => value);
  const second = objectOf((values) => values[typeof values[0] === "number" ? 1 : 0]);
  const others = options.flatMap(([name, values]) => values.slice(1).map((value) => ({ ...first, [name]: value })));
  return [
    first,
    second,
    ...others,
    ...options.map(([name]) => Object.fromEntries(Object.entries(first).filter(([each]) => each !== name))),
  ];
}
