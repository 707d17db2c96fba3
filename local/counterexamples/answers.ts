import * as fc from "fast-check";
import type { Json } from "../../engine/sign-up/sign-up";
import type { RecordedAnswer } from "../cases/format";
import { around, likely } from "./values";
import type { Vocabulary } from "./vocabulary";

/** `tried` generates bodies that fit the policies' schemas, and failures. `best` is the answer that the policies most likely accept. */
export function triedAnswers(
  service: string,
  vocabulary: Vocabulary,
): { readonly best: RecordedAnswer; readonly tried: fc.Arbitrary<RecordedAnswer> } {
  const { leaves, bodyOf } = collectBodyMembers(vocabulary);
  const best = { body: bodyOf(Object.fromEntries(leaves.map(([name, [value]]) => [name, value as Json]))) };
  const bodies = fc
    .record(Object.fromEntries(leaves.map(([name, values]) => [name, likely(values)])))
    .map((each) => ({ body: bodyOf(each) }));
  const vendor = vendors[service];
  return { best: vendor?.[0] ?? best, tried: fc.oneof(vendor === undefined ? bodies : likely(vendor), likely(troubles)) };
}

const troubles: readonly RecordedAnswer[] = [
  ...[404, 500, 401].map((status) => ({ status, body: {} })),
  ...(["timeout", "refused", { status: 204 }] as const),
  ...[{}, [], "?"].map((body) => ({ body })),
];

const results = "<results><key>result.match</key></results>";

/** Systems whose answers have a fixed form. */
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

/** Matches a member of a schema: `level: v.number()`, or a member that names its schema, such as `company: filled`. */
const member = /["']?([\w$-]+)["']?\s*:\s*(?:[\w$.]+\()*?(?:\w+\.)?(object|array|boolean|number|integer|\w+)\b/g;

/**
 * Returns `leaves`, the schemas' members with plain values, each with the values to try, and `bodyOf`, which builds a body. The body has
 * the given leaves at the top and again in each object or list.
 */
function collectBodyMembers({ sources, texts, numbers }: Vocabulary) {
  const memberMatches = sources.flatMap((source) => source.split(/\bobject\(/).slice(1)).flatMap((schema) => [...schema.matchAll(member)]);
  // The first number exceeds most thresholds. Low numbers follow, because some thresholds are upper limits.
  const number = [1_000, 1, ...around(numbers), 0, -1];
  const text = ["Contoso", "P-1001", ...texts.filter((each) => /^(?!extension_)[\p{L}\p{N}_.-]{1,30}$/u.test(each)), ""];
  const kinds: Readonly<Record<string, readonly Json[]>> = { boolean: [true, false], number, integer: number };
  const isNest = (kind = "") => kind === "object" || kind === "array";
  const leaves = memberMatches.flatMap(([, name = "", kind = ""]) => (isNest(kind) ? [] : [[name, kinds[kind] ?? text] as const]));
  const buildBody = (each: Readonly<Record<string, Json>>): Json => {
    const nests = memberMatches.flatMap(([, name = "", kind]) => (isNest(kind) ? [[name, kind === "array" ? [each] : each]] : []));
    return { ...each, ...Object.fromEntries(nests) };
  };
  return { leaves, bodyOf: buildBody };
}
