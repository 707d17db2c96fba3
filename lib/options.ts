import { BlockList, isIP } from "node:net";
import { inspect } from "node:util";
import { Token } from "aws-cdk-lib";
import { Construct, type IConstruct } from "constructs";
import * as v from "valibot";
import { createListSchema } from "../engine/fields";
import { SetupError } from "./errors";
import { findFlaws, type Path, pathWords } from "./schema-flaws";

/**
 * Throws a SetupError that names every option that does not exist, is missing, or has a wrong value.
 * @param head text before each option's name
 */
export function checkOptions(schema: v.GenericSchema, options: unknown, path: Path = [], head = "Gatehouse's option "): void {
  const flaws = findFlaws(schema, options, path).map(({ problem, ...flaw }) => {
    const what = "given" in flaw ? `is ${formatValue(flaw.given)}; it ${problem}` : problem;
    return `${head}${pathWords(flaw.path)} ${what}${/[.?]$/.test(what) ? "" : "."}`;
  });
  if (flaws.length > 0) throw new SetupError(flaws.join("\n"));
}

/** Formats a value for messages. Shows only the path of a construct, because a construct refers to the whole app. */
function formatValue(value: unknown): string {
  if (Construct.isConstruct(value)) return `the construct ${value.node.path}`;
  return typeof value === "string" ? JSON.stringify(value) : inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}

/** Accepts a text that passes a test, or is known only at deployment. @param wants the kind of text, in words for messages */
export function textFitting(wants: string, test: RegExp | ((text: string) => boolean)): v.GenericSchema<string> {
  const passes = test instanceof RegExp ? (text: string) => test.test(text) : test;
  return v.pipe(
    v.string(),
    v.check((text) => Token.isUnresolved(text) || passes(text), wants),
  );
}

/** Accepts a construct of the app. @param member a member that only this kind of construct has @param wants the kind, in words */
export function constructWith<T extends IConstruct>(member: keyof T & string, wants: string): v.GenericSchema<T> {
  // Marks this schema as one for objects. So if a union gets a wrong object, its message is about this choice, and not about a choice for
  // texts.
  return v.pipe(
    v.custom<T>((input) => Construct.isConstruct(input) && member in input, wants),
    v.metadata({ json: { type: "object" } }),
  );
}

/** Accepts a list that passes a test as a whole. */
export function listLike<T>(item: v.GenericSchema<T>, wants: string, test: (list: readonly T[]) => boolean): v.GenericSchema<readonly T[]> {
  return v.pipe(createListSchema(item), v.check(test, wants));
}

const ranges = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"],
  ...["::/127", "fc00::/7", "fe80::/10", "ff00::/8"],
] as const;
const reservedRanges = new BlockList();
for (const range of ranges) {
  const [net = "", bits] = range.split("/");
  reservedRanges.addSubnet(net, Number(bits), isIP(net) === 4 ? "ipv4" : "ipv6");
}
const OWN_NAMES = /(^|\.)(localhost|local|internal|home\.arpa)$/;

/** True if a URL's host can be on the internet: not private, local or link-local. */
export function isPublicHost({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const family = isIP(host);
  if (family === 0) return !OWN_NAMES.test(host);
  return !reservedRanges.check(host, family === 4 ? "ipv4" : "ipv6");
}
