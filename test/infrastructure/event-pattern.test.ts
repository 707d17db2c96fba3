import { matchesEvent, parseEventPattern } from "../../lib/resources/event-pattern";

const detail = {
  verdict: "Block",
  reasons: ["a", "b"],
  trace: [{ rule: "x", said: "block" }, { rule: "y" }],
  mixed: ["a", { k: "v" }],
  attributes: { jobTitle: "Clerk" },
  "dotted.name": "q",
  changed: [],
  nothing: {},
  blank: null,
  revision: 2,
  share: 2.5,
  proven: true,
  empty: "",
  address: "10.0.0.7",
  kelvin: "\u212a",
  six: "2001:db8::1",
};

const record = { detail, eventName: "MODIFY", dynamodb: { NewImage: { status: { S: "approved" }, count: { N: "3" } } } };
const parse = (pattern: unknown) => parseEventPattern(pattern, (problem) => new Error(problem));

describe("an event pattern matches as in AWS's event-ruler", () => {
  const either = (...choices: readonly object[]) => ({ detail: { $or: choices } });

  it.each<[matches: boolean, pattern: object]>([
    [true, { eventName: ["INSERT", "MODIFY"] }],
    [false, { eventName: ["INSERT"] }],
    [false, { eventName: ["MODIFY"], other: ["x"] }],
    [true, { dynamodb: { NewImage: { status: { S: ["approved"] } } } }],
    [false, { dynamodb: { NewImage: { status: { S: ["denied"] } } } }],
    [false, { constructor: ["x"] }],

    // Only values exist: an object and an empty list do not.
    [false, { detail: { attributes: [{ exists: true }] } }],
    [true, { detail: { attributes: [{ exists: false }] } }],
    [true, { detail: { attributes: { jobTitle: [{ exists: true }] } } }],
    [false, { dynamodb: { NewImage: { status: [{ exists: true }] } } }],
    [true, { detail: { reasons: [{ exists: true }] } }],
    [false, { detail: { changed: [{ exists: true }] } }],
    [true, { detail: { changed: [{ exists: false }], email: [{ exists: false }] } }],
    [false, { detail: { nothing: [{ exists: true }] } }],
    [false, { detail: { trace: [{ exists: true }] } }],
    [true, { detail: { blank: [{ exists: true }] } }],
    [true, { detail: { missing: { x: [{ exists: false }] } } }],
    [true, { detail: { verdict: { x: [{ exists: false }] } } }],
    [true, { detail: { verdict: [{ exists: false }, "Block"] } }],

    [true, { detail: { blank: [null] } }],
    [false, { detail: { missing: [null] } }],
    [true, { detail: { revision: [2] } }],
    [false, { detail: { revision: ["2"] } }],
    [true, { detail: { proven: [true] } }],
    [false, { detail: { proven: ["true"] } }],
    [true, { detail: { "dotted.name": ["q"] } }],
    [true, { detail: { dotted: { name: ["q"] } } }],
    [true, { "detail.verdict": ["Block"] }],

    // Of a list, one item has to match; all fields of an item's object have to match together.
    [true, { detail: { reasons: ["b"] } }],
    [true, { detail: { trace: { rule: ["y"] } } }],
    [true, { detail: { trace: { rule: ["x"], said: ["block"] } } }],
    [false, { detail: { trace: { rule: ["y"], said: ["block"] } } }],
    [false, { detail: { trace: { said: [{ exists: false }] } } }],
    [true, { detail: { trace: { rule: ["y"], said: [{ exists: false }] } } }],
    [true, { detail: { mixed: ["a"], "mixed.k": ["v"] } }],

    [true, { detail: { verdict: [{ prefix: "Bl" }] } }],
    [false, { detail: { verdict: [{ prefix: "bl" }] } }],
    [true, { detail: { verdict: [{ prefix: { "equals-ignore-case": "bL" } }] } }],
    [true, { detail: { verdict: [{ prefix: "x" }, { suffix: "ck" }] } }],
    [true, { detail: { verdict: [{ suffix: { "equals-ignore-case": "CK" } }] } }],
    [true, { detail: { empty: [{ prefix: "" }] } }],
    [false, { detail: { revision: [{ prefix: "2" }] } }],
    [true, { detail: { verdict: [{ "equals-ignore-case": "bLOCK" }] } }],
    [false, { detail: { verdict: [{ "equals-ignore-case": "bloc" }] } }],
    [false, { detail: { kelvin: [{ "equals-ignore-case": "k" }] } }],
    [true, { detail: { verdict: [{ wildcard: "B*k" }] } }],
    [true, { detail: { verdict: [{ wildcard: "*" }] } }],
    [false, { detail: { verdict: [{ wildcard: "B\\*k" }] } }],
    [false, { detail: { verdict: [{ wildcard: "" }] } }],
    [false, { detail: { revision: [{ wildcard: "*" }] } }],

    [true, { detail: { verdict: [{ "anything-but": "Allow" }] } }],
    [false, { detail: { verdict: [{ "anything-but": ["Allow", "Block"] }] } }],
    [false, { detail: { missing: [{ "anything-but": "x" }] } }],
    [false, { detail: { attributes: [{ "anything-but": "x" }] } }],
    [true, { detail: { blank: [{ "anything-but": "x" }], proven: [{ "anything-but": 2 }] } }],
    [true, { detail: { reasons: [{ "anything-but": "a" }] } }],
    [false, { detail: { reasons: [{ "anything-but": ["a", "b"] }] } }],
    [false, { detail: { verdict: [{ "anything-but": { prefix: "B" } }] } }],
    [false, { detail: { verdict: [{ "anything-but": { suffix: ["x", "k"] } }] } }],
    [true, { detail: { verdict: [{ "anything-but": { suffix: "x" } }] } }],
    [false, { detail: { verdict: [{ "anything-but": { "equals-ignore-case": ["BLOCK"] } }] } }],
    [false, { detail: { verdict: [{ "anything-but": { wildcard: "B*" } }] } }],
    [true, { detail: { revision: [{ "anything-but": { wildcard: "2*" } }] } }],

    [true, { detail: { revision: [{ numeric: ["=", 2] }] } }],
    [true, { detail: { share: [{ numeric: [">", 0, "<=", 2.5] }] } }],
    [false, { detail: { revision: [{ numeric: [">=", 0, "<", 2] }] } }],
    [false, { detail: { verdict: [{ numeric: [">", 0] }] } }],

    [true, { detail: { address: [{ cidr: "10.0.0.0/24" }] } }],
    [false, { detail: { address: [{ cidr: "10.0.1.0/24" }] } }],
    [true, { detail: { six: [{ cidr: "2001:db8::/32" }] } }],
    [false, { detail: { six: [{ cidr: "10.0.0.0/8" }] } }],
    [false, { detail: { verdict: [{ cidr: "10.0.0.0/8" }] } }],
    [true, { detail: { six: ["2001:0db8:0::1"] } }],

    [true, either({ verdict: ["Allow"] }, { revision: [2] })],
    [false, either({ verdict: ["Allow"] }, { revision: [3] })],
    [false, { detail: { proven: [false], $or: [{ verdict: ["Block"] }, { revision: [2] }] } }],
    [true, { $or: [{ detail: { verdict: ["Allow"] } }, either({ revision: [9] }, { revision: [2] })] }],
    [false, { detail: { trace: { said: ["block"], $or: [{ rule: ["y"] }, { rule: ["z"] }] } } }],
  ])("%s: %j", (matches, pattern) => expect(matchesEvent(parse(pattern), record)).toBe(matches));
});

describe("an event pattern is refused", () => {
  const test = (value: unknown) => ({ verdict: [value] });
  const butWith = (operator: string) => `verdict: anything-but with ${operator} takes texts.`;
  const numeric = 'verdict: numeric takes one comparison, such as ["<", 5], or a range from its lower end, such as [">", 0, "<=", 5].';
  const cidr = "verdict: cidr takes an address and a length, such as 10.0.0.0/24, at most /31 or, for IPv6, /127.";

  it.each<[says: string, pattern: unknown]>([
    ["The pattern must be an object with members, or a list of values.", "x"],
    ["The pattern must be an object with members, or a list of values.", {}],
    ["verdict must be an object with members, or a list of values.", { verdict: "Block" }],
    ["verdict must be an object with members, or a list of values.", { verdict: {} }],
    ["verdict is an empty list, which matches nothing.", { verdict: [] }],
    ["verdict: A test is a value or an operator.", test({})],
    ["verdict: A test is a value or an operator.", test(["Block"])],
    ["verdict: A test has one operator.", test({ exists: true, prefix: "B" })],
    ["verdict: The operator equals is unknown.", test({ equals: "Block" })],
    ["verdict: exists takes true or false.", test({ exists: "true" })],
    ["verdict: prefix takes one text.", test({ prefix: ["B"] })],
    ["verdict: suffix takes one text.", test({ suffix: { prefix: "B" } })],
    ["verdict: equals-ignore-case takes one text.", test({ "equals-ignore-case": ["block"] })],
    ["verdict: wildcard does not take ** .", test({ wildcard: "B**" })],
    ["verdict: In wildcard, a backslash stands before * or another backslash.", test({ wildcard: "B\\x" })],
    ["verdict: anything-but takes texts, or numbers.", test({ "anything-but": [2, "x"] })],
    ["verdict: anything-but takes texts, or numbers.", test({ "anything-but": null })],
    ["verdict: anything-but takes values of one kind, or one operator.", test({ "anything-but": [] })],
    ["verdict: anything-but does not take cidr.", test({ "anything-but": { cidr: "10.0.0.0/8" } })],
    [butWith("prefix"), test({ "anything-but": { prefix: "" } })],
    [butWith("suffix"), test({ "anything-but": { suffix: { "equals-ignore-case": "k" } } })],
    [numeric, test({ numeric: ["<", 3, ">", 1] })],
    [numeric, test({ numeric: [">", 3, "<", 1] })],
    [numeric, test({ numeric: ["=", 2, "<", 3] })],
    [numeric, test({ numeric: ["=", "2"] })],
    [numeric, test({ numeric: ["~", 2] })],
    [numeric, test({ numeric: [] })],
    [cidr, test({ cidr: "10.0.0.0" })],
    [cidr, test({ cidr: "10.0.0.7/32" })],
    [cidr, test({ cidr: "contoso.com/8" })],
    ["$or takes a list of two or more objects.", { $or: [{ verdict: ["x"] }] }],
    ["detail.$or takes a list of two or more objects.", { detail: { $or: { verdict: ["x"] } } }],
    ["The pattern must be an object with members, or a list of values.", { $or: [{}, { verdict: ["x"] }] }],
    ["prefix is an operator, which cannot be a field in $or.", { $or: [{ prefix: ["x"] }, { verdict: ["x"] }] }],
    ["verdict is tested twice: in $or and outside it.", { verdict: ["Block"], $or: [{ verdict: ["x"] }, { rule: ["y"] }] }],
    [
      "$or makes 1024 alternatives; EventBridge takes 1,000.",
      Object.fromEntries([..."abcdefghij"].map((name) => [name, { $or: [{ x: ["1"] }, { y: ["2"] }] }])),
    ],
  ])("with: %s %j", (says, pattern) => expect(() => parse(pattern)).toThrow(new Error(says)));
});
