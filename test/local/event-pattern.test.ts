import { eventPattern } from "../../local/event-pattern";
import { TemplateError } from "../../local/template";

const record = { eventName: "MODIFY", dynamodb: { NewImage: { status: { S: "approved" }, count: { N: "3" } } } };

describe("event pattern", () => {
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
    { pattern: { constructor: ["x"] }, matches: false },
  ])("$pattern: $matches", ({ pattern, matches }) => expect(eventPattern(pattern, "Reader")(record)).toBe(matches));

  it.each([
    { pattern: { eventName: [{ numeric: [">", 0] }] }, says: "Reader filters with numeric, which cannot be served locally." },
    { pattern: { $or: [{}] }, says: "Reader filters with $or, which cannot be served locally." },
    { pattern: { eventName: "INSERT" }, says: "Reader has a filter pattern that is no JSON object." },
  ])("refuses $pattern", ({ pattern, says }) => expect(() => eventPattern(pattern, "Reader")).toThrow(new TemplateError(says)));
});
