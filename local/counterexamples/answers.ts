import type { Json } from "../../engine/sign-up/sign-up";
import type { RecordedAnswer } from "../cases/format";
import type { Literals, Vocabulary } from "./vocabulary";

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
/** The most answers that are made of one schema. */
const MOST = 40;

/** Answers that fit the schemas of the policies: each member in turn with all that it may be. */
function bodiesOf(vocabulary: Vocabulary): readonly Json[] {
  const parts = vocabulary.partsWith("object");
  const shapes = parts.flatMap((part) => [...part.matchAll(/\bobject \( \{/g)].map(({ index }) => shapeAt(part.slice(index))));
  const bodies = shapes.flatMap((shape) => variants(shape, vocabulary));
  return bodies.length === 0 ? [{}] : bodies.slice(0, MOST);
}

/** The schema of each member, as written. */
type Shape = ReadonlyMap<string, string>;

/** @param code from `object ( {` on */
function shapeAt(code: string): Shape {
  const members: [string, string][] = [];
  let depth = 1;
  let name = "";
  let schema = "";
  for (const mark of code.split(" ").slice(3)) {
    if (/^[)\]}]$/.test(mark)) depth -= 1;
    if (depth === 0) break;
    if (depth === 1 && mark === ",") {
      members.push([name, schema]);
      [name, schema] = ["", ""];
    } else if (depth === 1 && mark === ":" && schema === "") {
      schema = " ";
    } else if (schema !== "") {
      schema += `${mark} `;
    } else {
      name = mark.replace(/^["']|["']$/g, "");
    }
    if (/^[([{]$/.test(mark)) depth += 1;
  }
  return new Map([...members, [name, schema] as [string, string]].filter(([each, type]) => each !== "" && type !== ""));
}

function variants(shape: Shape, vocabulary: Vocabulary): readonly Json[] {
  const options = [...shape].map(([name, schema]) => [name, valuesOf(name, schema, vocabulary)] as const);
  const first = Object.fromEntries(options.map(([name, values]) => [name, values[0] as Json]));
  const second = Object.fromEntries(
    options.map(([name, values]) => [name, (typeof values[0] === "number" ? values[1] : values[0]) as Json]),
  );
  const others = options.flatMap(([name, values]) => values.slice(1).map((value) => ({ ...first, [name]: value })));
  return [
    first,
    second,
    ...others,
    ...options.map(([name]) => Object.fromEntries(Object.entries(first).filter(([each]) => each !== name))),
  ];
}

function valuesOf(name: string, schema: string, vocabulary: Vocabulary): readonly Json[] {
  if (/\bobject \( \{/.test(schema)) return variants(shapeAt(schema.slice(schema.indexOf("object ( {"))), vocabulary);
  if (/\barray \(/.test(schema)) {
    const inner = valuesOf(name, schema.slice(schema.indexOf("array (") + "array (".length), vocabulary);
    return [...inner.map((value) => [value]), []];
  }
  if (/\bboolean \(/.test(schema)) return [true, false];
  const literals: Literals = vocabulary.near(name);
  if (/\b(number|integer|bigint) \(/.test(schema)) {
    return [...new Set([HIGH, 1, ...literals.numbers.slice(0, 6).flatMap((each) => [each, each - 1, each + 1]), 0, -1])];
  }
  const own = [...schema.matchAll(/["']([^"']*)["']/g)].map(([, text = ""]) => text);
  const texts = literals.texts.filter((text) => text !== name && /^[\p{L}\p{N}_.-]{1,30}$/u.test(text) && !text.startsWith("extension_"));
  return [...new Set([...own, "Contoso", "P-1001", ...texts.slice(0, 10), ""])];
}
