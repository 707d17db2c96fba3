import { eventPattern } from "../../../../local/aws/events/event-pattern";
import { TemplateError } from "../../../../local/aws/template";

const detail = { verdict: "block", reasons: ["a", "b"], trace: [{ rule: "x", said: "block" }, { rule: "y" }], changed: [], revision: 2 };
const record = { detail, eventName: "MODIFY", dynamodb: { NewImage: { status: { S: "approved" }, count: { N: "3" } } } };

describe("an event pattern", () => {
  it.each<{ pattern: object; matches: boolean }>([
    { pattern: {}, matches: true },
    { pattern: { eventName: ["INSERT", "MODIFY"] }, matches: true },
    { pattern: { eventName: ["INSERT"] }, matches: false },
    { pattern: { eventName: ["MODIFY"], other: ["x"] }, matches: false },
    { pattern: { dynamodb: { NewImage: { status: { S: ["approved"] } } } }, matches: true },
    { pattern: { dynamodb: { NewImage: { status: { S: ["denied"] } } } }, matches: false },
    { pattern: { dynamodb: { NewImage: { status: { S: [{ prefix: "app" }] } } } }, matches: true },
    { pattern: { dynamodb: { NewImage: { status: { S: [{ prefix: "x" }, { suffix: "ed" }] } } } }, matches: true },
    { pattern: { dynamodb: { NewImage: { status: [{ exists: true }] } } }, matches: true },
    { pattern: { dynamodb: { OldImage: [{ exists: false }] } }, matches: true },
    { pattern: { dynamodb: { OldImage: [{ exists: true }] } }, matches: false },
    { pattern: { eventName: [{ "anything-but": "REMOVE" }] }, matches: true },
    { pattern: { eventName: [{ "anything-but": ["REMOVE", "MODIFY"] }] }, matches: false },
    { pattern: { eventName: [{ "anything-but": { prefix: "MOD" } }] }, matches: false },
    { pattern: { eventName: [{ "anything-but": { prefix: ["X", "INS"] } }] }, matches: true },
    { pattern: { missing: [{ "anything-but": "x" }] }, matches: false },
    { pattern: { constructor: ["x"] }, matches: false },
    { pattern: { detail: { verdict: ["block"], reasons: ["b"] } }, matches: true },
    { pattern: { detail: { reasons: [{ prefix: "c" }] } }, matches: false },
    { pattern: { detail: { trace: { rule: ["y"] } } }, matches: true },
    { pattern: { detail: { trace: { rule: ["y"], said: ["block"] } } }, matches: false },
    { pattern: { detail: { changed: [{ exists: true }] } }, matches: false },
    { pattern: { detail: { email: [{ exists: false }], changed: [{ exists: false }] } }, matches: true },
    { pattern: { detail: { revision: [{ numeric: ["=", 2] }] } }, matches: true },
    { pattern: { detail: { revision: [{ numeric: [">", 0, "<=", 2] }] } }, matches: true },
    { pattern: { detail: { revision: [{ numeric: [">=", 0, "<", 2] }] } }, matches: false },
    { pattern: { detail: { verdict: [{ numeric: [">", 0] }] } }, matches: false },
  ])("$pattern matches the record: $matches", ({ pattern, matches }) => expect(eventPattern(pattern, "Reader")(record)).toBe(matches));

  it.each([
    { pattern: { eventName: [{ wildcard: "M*" }] }, says: "Reader filters with wildcard, which cannot be served locally." },
    { pattern: { n: [{ numeric: ["~", 0] }] }, says: "Reader filters with a comparison that cannot be read." },
    { pattern: { n: [{ prefix: { "equals-ignore-case": "m" } }] }, says: "Reader filters for a part that is no text." },
    { pattern: { $or: [{}] }, says: "Reader filters with $or, which cannot be served locally." },
    { pattern: { eventName: "INSERT" }, says: "Reader has a filter pattern that is no JSON object." },
  ])("refuses $pattern", ({ pattern, says }) => expect(() => eventPattern(pattern, "Reader")).toThrow(new TemplateError(says)));
});
