import { BlockList, isIP } from "node:net";

type Leaf = string | number | boolean | null;

/** A value of an event. `places` has the value's index in each array of objects around it. */
interface Field {
  readonly path: string;
  readonly value: Leaf;
  readonly places: ReadonlyMap<object, number>;
}

/** A test of one field. `absent` passes if the event has no value at the field's path. */
export type FieldTest = "absent" | ((value: Leaf) => boolean);

/** One way to match a pattern: each field, by its path, has to pass one of its tests. Each branch of a `$or` makes another way. */
export type Alternative = ReadonlyMap<string, readonly FieldTest[]>;

/** Creates the error for a problem, such as "detail.rule: prefix takes one text." */
type Fail = (problem: string) => Error;

const MAX_ALTERNATIVES = 1_000;
const OPERATORS = ["exists", "prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "cidr"];

/**
 * Reads the pattern of an EventBridge rule as AWS's open-source event-ruler 2.0 does. Throws for what EventBridge refuses.
 * @returns the ways to match the pattern
 */
export function parseEventPattern(pattern: unknown, fail: Fail): readonly Alternative[] {
  const alternatives = addFields([new Map()], "", pattern, fail);
  if (alternatives.length > MAX_ALTERNATIVES) throw fail(`$or makes ${alternatives.length} alternatives; EventBridge takes 1,000.`);
  return alternatives;
}

/** The members of a pattern all have to pass. */
function addFields(alternatives: readonly Alternative[], path: string, pattern: unknown, fail: Fail): readonly Alternative[] {
  const members = isObject(pattern) ? Object.entries(pattern) : [];
  const place = path === "" ? "The pattern" : path;
  if (members.length === 0) throw fail(`${place} must be an object with members, or a list of values.`);
  return members.reduce<readonly Alternative[]>((ways, [name, member]) => {
    const memberPath = path === "" ? name : `${path}.${name}`;
    if (name === "$or") return addChoices(ways, path, member, fail);
    if (!Array.isArray(member)) return addFields(ways, memberPath, member, fail);
    if (member.length === 0) throw fail(`${memberPath} is an empty list, which matches nothing.`);
    // EventBridge would count the last of them alone.
    if (ways.some((way) => way.has(memberPath))) throw fail(`${memberPath} is tested twice: in $or and outside it.`);
    const tests = member.map((one) => readTest(one, (problem) => fail(`${memberPath}: ${problem}`)));
    return ways.map((way) => new Map([...way, [memberPath, tests]]));
  }, alternatives);
}

function addChoices(ways: readonly Alternative[], path: string, choices: unknown, fail: Fail): readonly Alternative[] {
  if (!Array.isArray(choices) || choices.length < 2) throw fail(`${path === "" ? "" : `${path}.`}$or takes a list of two or more objects.`);
  const reserved = choices.flatMap((choice) => (isObject(choice) ? Object.keys(choice) : [])).find((name) => OPERATORS.includes(name));
  if (reserved !== undefined) throw fail(`${reserved} is an operator, which cannot be a field in $or.`);
  return choices.flatMap((choice) => addFields(ways, path, choice, fail));
}

function readTest(test: unknown, fail: Fail): FieldTest {
  if (typeof test === "string" && isIP(test) > 0) return addressTest((list, kind) => list.addAddress(test, kind), test);
  if (isLeaf(test)) return (value) => value === test;
  const [[operator, operand] = ["", undefined], ...others] = isObject(test) ? Object.entries(test) : [];
  if (others.length > 0) throw fail("A test has one operator.");
  switch (operator) {
    case "exists":
      if (typeof operand !== "boolean") throw fail("exists takes true or false.");
      return operand ? () => true : "absent";
    case "numeric":
      return numericTest(operand, fail);
    case "cidr":
      return cidrTest(operand, fail);
    case "anything-but":
      return anythingButTest(operand, fail);
    default:
      return textTest(operator, operand, fail);
  }
}

function textTest(operator: string, operand: unknown, fail: Fail): (value: Leaf) => boolean {
  const expression = toExpression(operator, operand, fail);
  return (value) => typeof value === "string" && expression.test(value);
}

function toExpression(operator: string, operand: unknown, fail: Fail): RegExp {
  const part = operator === "prefix" || operator === "suffix";
  const ignoringCase = part && isObject(operand) && Object.keys(operand).join() === "equals-ignore-case";
  const text = ignoringCase ? (operand as Record<string, unknown>)["equals-ignore-case"] : operand;
  if (!OPERATORS.includes(operator))
    throw fail(operator === "" ? "A test is a value or an operator." : `The operator ${operator} is unknown.`);
  if (typeof text !== "string") throw fail(`${operator} takes one text.`);
  if (operator === "wildcard") return wildcardExpression(text, fail);
  const source = [...text].map(ignoringCase || operator === "equals-ignore-case" ? matchBothCases : escapeLetter).join("");
  return new RegExp(`${operator === "suffix" ? "" : "^"}${source}${operator === "prefix" ? "" : "$"}`, "u");
}

function matchBothCases(letter: string): string {
  return `(?:${[letter.toLowerCase(), letter.toUpperCase()].map((text) => [...text].map(escapeLetter).join("")).join("|")})`;
}

function escapeLetter(letter: string): string {
  return `\\u{${letter.codePointAt(0)?.toString(16)}}`;
}

/** A backslash makes an asterisk or a backslash an ordinary letter. */
function wildcardExpression(text: string, fail: Fail): RegExp {
  const parts = text.match(/\\[*\\]|[^\\]/gsu) ?? [];
  if (parts.join("") !== text) throw fail("In wildcard, a backslash stands before * or another backslash.");
  if (parts.some((part, index) => part === "*" && parts[index + 1] === "*")) throw fail("wildcard does not take ** .");
  return new RegExp(`^${parts.map((part) => (part === "*" ? "[^]*" : escapeLetter(part.at(-1) as string))).join("")}$`, "u");
}

function anythingButTest(operand: unknown, fail: Fail): (value: Leaf) => boolean {
  const [[operator, inner] = ["", operand], ...others] = isObject(operand) ? Object.entries(operand) : [];
  const values: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
  if (others.length > 0 || values.length === 0) throw fail("anything-but takes values of one kind, or one operator.");
  if (operator === "") {
    const isOfOneKind = ["string", "number"].some((kind) => values.every((value) => typeof value === kind));
    if (!isOfOneKind) throw fail("anything-but takes texts, or numbers.");
    return (value) => !values.includes(value);
  }
  if (!["prefix", "suffix", "equals-ignore-case", "wildcard"].includes(operator)) throw fail(`anything-but does not take ${operator}.`);
  if (values.some((value) => typeof value !== "string" || (value === "" && operator.endsWith("fix"))))
    throw fail(`anything-but with ${operator} takes texts.`);
  const refused = values.map((value) => textTest(operator, value, fail));
  return (value) => !refused.some((matches) => matches(value));
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** @param operand one comparison, such as `["<", 5]`, or a range from its lower end: `[">", 0, "<=", 5]` */
function numericTest(operand: unknown, fail: Fail): (value: Leaf) => boolean {
  const words: readonly unknown[] = Array.isArray(operand) ? operand : [];
  const [operator, bottom, upper, top] = words;
  const isRange = words.length === 4 && /^>=?$/.test(String(operator)) && /^<=?$/.test(String(upper)) && Number(bottom) < Number(top);
  const numbers = words.filter((_, index) => index % 2 === 1);
  const holds = [operator, upper].map((word) => comparisons[String(word)]);
  if ((words.length !== 2 && !isRange) || holds[0] === undefined || !numbers.every((number) => typeof number === "number"))
    throw fail('numeric takes one comparison, such as ["<", 5], or a range from its lower end, such as [">", 0, "<=", 5].');
  return (value) => typeof value === "number" && numbers.every((number, index) => holds[index]?.(value, number));
}

function cidrTest(operand: unknown, fail: Fail): (value: Leaf) => boolean {
  const [address = "", bits = "", ...others] = typeof operand === "string" ? operand.split("/") : [];
  const longest = { 0: -1, 4: 31, 6: 127 }[isIP(address)] ?? -1;
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > longest || others.length > 0)
    throw fail("cidr takes an address and a length, such as 10.0.0.0/24, at most /31 or, for IPv6, /127.");
  return addressTest((list, kind) => list.addSubnet(address, Number(bits), kind), address);
}

function addressTest(add: (list: BlockList, kind: "ipv4" | "ipv6") => void, address: string): (value: Leaf) => boolean {
  const version = isIP(address);
  const kind = version === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  add(list, kind);
  return (value) => typeof value === "string" && isIP(value) === version && list.check(value, kind);
}

/** True if the event passes one of the ways. Of several objects of an array, one alone has to pass. */
export function matchesEvent(alternatives: readonly Alternative[], event: unknown): boolean {
  const fields = listFields(event, "", new Map());
  return alternatives.some((way) =>
    matchesFields(
      [...way].sort(([a], [b]) => (a < b ? -1 : 1)),
      fields,
      new Map(),
    ),
  );
}

function listFields(value: unknown, path: string, places: Field["places"]): readonly Field[] {
  if (Array.isArray(value))
    return value.flatMap((one, index) => listFields(one, path, isLeaf(one) ? places : new Map([...places, [value, index]])));
  if (isLeaf(value)) return [{ path, value, places }];
  return Object.entries(value ?? {}).flatMap(([name, member]) => listFields(member, path === "" ? name : `${path}.${name}`, places));
}

function matchesFields(
  [first, ...rest]: readonly (readonly [string, readonly FieldTest[]])[],
  fields: readonly Field[],
  places: Field["places"],
): boolean {
  if (first === undefined) return true;
  const [path, tests] = first;
  const candidates = fields.filter(
    (field) => field.path === path && [...field.places].every(([list, at]) => (places.get(list) ?? at) === at),
  );
  if (candidates.length === 0) return tests.includes("absent") && matchesFields(rest, fields, places);
  return candidates.some(
    (field) =>
      tests.some((test) => test !== "absent" && test(field.value)) && matchesFields(rest, fields, new Map([...places, ...field.places])),
  );
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
