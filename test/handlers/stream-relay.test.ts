import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { FunctionAnswer } from "../../adapters/aws/functions";
import { skippedSince } from "../../adapters/tables/skipped-rows";
import { streamRelayHandler } from "../../handlers/stream-relay";
import { memoryWorld } from "../memory/world";
import { createKeyTable } from "../support/key-table";

const STREAM = "arn:aws:dynamodb:eu-west-1:111111111111:table/list/stream/2026";
const NOW = Date.parse("2026-11-20T12:00:00Z");
const HOUR_MS = 3_600_000;

/** Changes of rows a, b, c…: those of capitals are removals. */
const changes = (keys: string, at = NOW): DynamoDBRecord[] =>
  [...keys].map((key) => ({
    eventID: key,
    eventName: key === key.toUpperCase() ? "REMOVE" : "INSERT",
    eventSourceARN: STREAM,
    dynamodb: { Keys: { entry: { S: key } }, SequenceNumber: `s-${key}`, ApproximateCreationDateTime: at / 1_000 },
  }));

type Answer = (keys: string) => FunctionAnswer | Error;
const done: Answer = () => ({ value: { batchItemFailures: [] } });
const failsAt =
  (...keys: string[]): Answer =>
  (given) => ({ value: { batchItemFailures: keys.filter((key) => given.includes(key)).map((key) => ({ itemIdentifier: `s-${key}` })) } });
const crashesOn =
  (key: string): Answer =>
  (given) =>
    given.includes(key) ? undefined : { value: { batchItemFailures: [] } };

/** A relay of two readers, of which the second takes no removals. What it gets it is asked to handle by the answers. */
function relay(answers: { tidy?: Answer; trail?: Answer }) {
  const got: string[] = [];
  const reader = (name: "tidy" | "trail", events: readonly string[]) => ({
    reader: name === "tidy" ? "access-list-hygiene" : "audit-trail",
    name,
    filters: [{ eventName: events, dynamodb: { NewImage: [{ exists: false }] } }],
    givesUpAfterMs: HOUR_MS,
  });
  const streams = [{ stream: STREAM, readers: [reader("trail", ["INSERT", "REMOVE"]), reader("tidy", ["INSERT"])] }];
  const { world, observed } = memoryWorld({
    settings: { RELAYED_STREAMS: JSON.stringify(streams), LEDGER_TABLE: "ledger" },
    clock: { now: () => NOW, startTimer: () => () => undefined },
    async call(name, event) {
      const keys = (event as DynamoDBStreamEvent).Records.map(({ dynamodb }) => dynamodb?.Keys?.entry?.S).join("");
      got.push(`${name} ${keys}`);
      const answer = (answers[name as "tidy" | "trail"] ?? done)(keys);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const handler = streamRelayHandler(world);
  return { world, observed, got, deliver: (Records: DynamoDBRecord[]) => handler({ Records }) };
}

const again = (key: string) => ({ batchItemFailures: [{ itemIdentifier: `s-${key}` }] });

it.each<{ given: string; answers: Parameters<typeof relay>[0]; got: string[]; from?: string }>([
  { given: "two that handle all", answers: {}, got: ["trail abC", "tidy ab"] },
  { given: "one that fails", answers: { tidy: failsAt("b") }, got: ["trail abC", "tidy ab"], from: "b" },
  { given: "two that fail", answers: { tidy: failsAt("b"), trail: failsAt("a", "C") }, got: ["trail abC", "tidy ab"], from: "a" },
  {
    given: "a name that is none",
    answers: { trail: () => ({ value: { batchItemFailures: [{ itemIdentifier: "" }] } }) },
    got: ["trail abC", "tidy ab"],
    from: "a",
  },
  { given: "one that says nothing", answers: { tidy: () => ({ value: null }) }, got: ["trail abC", "tidy ab"] },
  {
    given: "one that cannot be called",
    answers: { tidy: () => new Error("TooManyRequestsException") },
    got: ["trail abC", "tidy ab"],
    from: "a",
  },
])("the relay gives each reader its changes, and repeats all from the first failure: $given", async ({ answers, got, from }) => {
  const { deliver, ...to } = relay(answers);
  expect(await deliver(changes("abC"))).toEqual(from === undefined ? { batchItemFailures: [] } : again(from));
  expect(to.got).toEqual(got);
});

it("the relay remembers which readers handled a change, and forgets it once all of them have", async () => {
  let trouble: Answer = failsAt("b");
  const { deliver, got } = relay({ tidy: (keys) => trouble(keys) });
  expect(await deliver(changes("abC"))).toEqual(again("b"));
  expect(await deliver(changes("bCd"))).toEqual(again("b"));
  trouble = done;
  expect(await deliver(changes("bCd"))).toEqual({ batchItemFailures: [] });
  expect(await deliver(changes("bCd"))).toEqual({ batchItemFailures: [] });
  expect(got).toEqual(["trail abC", "tidy ab", "trail d", "tidy bd", "tidy bd", "trail bCd", "tidy bd"]);
});

it("the relay fails a batch on which a reader crashes, until Lambda's halving leaves only the crashing change", async () => {
  const { deliver, got } = relay({ tidy: crashesOn("b") });
  await expect(deliver(changes("abc"))).rejects.toThrow("A reader crashed: the batch comes again in halves.");
  await expect(deliver(changes("ab"))).rejects.toThrow("halves");
  expect(await deliver(changes("a"))).toEqual({ batchItemFailures: [] });
  expect(await deliver(changes("b"))).toEqual(again("b"));
  expect(got).toEqual(["trail abc", "tidy abc", "tidy ab", "tidy a", "tidy b"]);
});

it.each([
  { given: "that fails", answer: failsAt("b"), why: "Failed" },
  { given: "on which it crashes", answer: crashesOn("b"), why: "Crashed" },
])("the relay skips and reports a reader's old change $given, and delivers the rest", async ({ answer, why }) => {
  const { deliver, got, observed, world } = relay({ tidy: answer });
  await createKeyTable(world.tables, "ledger", "ledger");
  const old = (keys: string) => changes(keys, NOW - HOUR_MS);
  if (why === "Failed") expect(await deliver(old("abc"))).toEqual(again("c"));
  else expect(await deliver(old("b"))).toEqual({ batchItemFailures: [] });
  expect(await deliver(old("c"))).toEqual({ batchItemFailures: [] });
  expect(got).toEqual(why === "Failed" ? ["trail abc", "tidy abc", "tidy c"] : ["trail b", "tidy b", "trail c", "tidy c"]);
  expect(observed.counts.get("RowsSkipped")).toBe(1);
  const named = await skippedSince(world.tables, "ledger", new Date(0));
  expect([...named]).toEqual([["access-list-hygiene", [expect.objectContaining({ sequenceNumber: "s-b", why, table: "list" })]]]);
});

it("the relay refuses changes of an unknown stream", async () => {
  const { deliver } = relay({});
  const [change] = changes("a");
  await expect(deliver([{ ...change, eventSourceARN: "other" }])).rejects.toThrow("No function follows this stream.");
});
