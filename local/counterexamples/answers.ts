import * as fc from "fast-check";
import type { Json } from "../../engine/sign-up/sign-up";
import type { RecordedAnswer } from "../cases/format";
import { around, likely } from "./values";
import type { Vocabulary } from "./vocabulary";

/** What a system outside may answer: what fits the schemas of the policies, or trouble. */
export function triedAnswers(service: string, vocabulary: Vocabulary): fc.Arbitrary<RecordedAnswer> {
  return fc.oneof(goodAnswers(service, vocabulary, likely), likely(troubles));
}

/** The best. */
export function goodAnswer(service: string, vocabulary: Vocabulary): RecordedAnswer {
  const best = goodAnswers(service, vocabulary, (values) => likely(values.slice(0, 1)));
  return fc.sample(best, 1)[0] as RecordedAnswer;
}

/** @param one chooses of what there is, the best first */
function goodAnswers(service: string, vocabulary: Vocabulary, one: typeof likely): fc.Arbitrary<RecordedAnswer> {
  const vendor = vendors[service];
  return vendor === undefined ? bodiesOf(vocabulary, one).map((body) => ({ body })) : one(vendor);
}

const troubles: readonly RecordedAnswer[] = [
  ...[404, 500, 401].map((status) => ({ status, body: {} })),
  ...(["timeout", "refused", { status: 204 }] as const),
  ...[{}, [], "?"].map((body) => ({ body })),
];

const results = "<results><key>result.match</key></results>";

/** Systems whose answers have a form of their own. */
const vendors: Readonly<Record<string, readonly RecordedAnswer[]>> = {
  idology: ["id.success", "id.failure", "id.partial"].map((key) => ({
    body: `<response><id-number>1</id-number><summary-result><key>${key}</key></summary-result>${results}</response>`,
  })),
  experian: ["CONTINUE", "STOP", "REFER"].map((decision) => {
    const responseHeader = { responseType: "INFO", responseCode: "R0201", expRequestId: "RB1", overallResponse: { decision } };
    return { body: { responseHeader, clientResponsePayload: {} } };
  }),
  dns: [["aspmx.l.google.com"], [], ["mx.unlisted.example"]].map((body) => ({ body })),
};

/** `level: v.number()`, and what refers to a schema by its name: `company: filled`. */
const member = /["']?([\w$-]+)["']?\s*:\s*(?:[\w$.]+\()*?(?:\w+\.)?(object|array|boolean|number|integer|\w+)\b/g;

/** Answers with all members that schemas in the policies' files name: those that do not nest, also within each that does. */
function bodiesOf({ sources, texts, numbers }: Vocabulary, one: typeof likely): fc.Arbitrary<Json> {
  const named = sources.flatMap((source) => source.split(/\bobject\(/).slice(1)).flatMap((schema) => [...schema.matchAll(member)]);
  // Above most levels; a score has to be low.
  const number = one([1_000, 1, ...around(numbers), 0, -1]);
  const text = one(["Contoso", "P-1001", ...texts.filter((each) => /^(?!extension_)[\p{L}\p{N}_.-]{1,30}$/u.test(each)), ""]);
  const kinds: Readonly<Record<string, fc.Arbitrary<Json>>> = { boolean: one([true, false]), number, integer: number };
  const isNest = (kind = "") => kind === "object" || kind === "array";
  const flat: fc.Arbitrary<Readonly<Record<string, Json>>> = fc.record(
    Object.fromEntries(named.flatMap(([, name = "", kind = ""]) => (isNest(kind) ? [] : [[name, kinds[kind] ?? text]]))),
  );
  const nests = named.flatMap(([, name = "", kind]) =>
    isNest(kind) ? [[name, kind === "array" ? flat.map((each) => [each]) : flat]] : [],
  );
  return fc.tuple(flat, fc.record(Object.fromEntries(nests))).map(([leaves, more]) => ({ ...leaves, ...more }));
}
