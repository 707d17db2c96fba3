import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { EVENT_SOURCE } from "../../engine/events/event-kind";
import { invalidMember } from "../../engine/fields";
import { decide } from "../../engine/sign-up/engine";
import { beforeCreateUser } from "../../engine/sign-up/policy";
import { decisionRecord } from "../../engine/sign-up/record";
import { buildDecisionRecord } from "../../engine/sign-up/recording";
import { buildSignUpDecided, SIGN_UP_DECIDED } from "../../features/decisions/events";
import { packageRoot } from "../../lib/app-root";
import { generatedSchemas } from "../../scripts/generated-docs";
import { hashOf, person, saying, world } from "../engine/sign-up/people";
import { anyDecision, decision } from "./records";
import { flawsOf, schemaOf } from "./schema";

const flaws = flawsOf(SIGN_UP_DECIDED);
const page = readFileSync(join(packageRoot, "docs", "events.md"), "utf8");

/** As it comes out at the other end. */
const sent = (value: unknown) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

describe("the event of a decision", () => {
  it("conforms to its schema for any decision", () => {
    fc.assert(
      fc.property(anyDecision, (record) => {
        expect(flaws(sent(buildSignUpDecided(record)))).toEqual([]);
      }),
    );
  });

  it.each([
    { verdict: "continue", answer: { kind: "continue", attributes: { city: "Seoul" } } },
    { verdict: "block", answer: { kind: "block", reason: "own.reason" } },
    { verdict: "invalid", answer: { kind: "invalid", problems: [{ reason: "one" }, { reason: "two" }] } },
  ] as const)("conforms to its schema as the engine makes it: $verdict", async ({ verdict, answer }) => {
    const policy = beforeCreateUser([saying("own", answer)], { eventAttributes: ["displayName"] });
    const signUp = person();
    const record = buildDecisionRecord(await decide(policy, signUp, world()), {
      id: "id",
      reference: "K7QD-9MXD",
      step: policy.step,
      source: "b2b",
      gate: "suppliers",
      who: { signUp, hashOf },
      eventAttributes: policy.options.eventAttributes ?? [],
      now: new Date(),
      durationMs: 1,
      policyVersion: "v",
    });
    expect(invalidMember(decisionRecord, record)).toBeUndefined();
    const event = sent(buildSignUpDecided(record));
    expect(flaws(event)).toEqual([]);
    expect(event).toMatchObject({ verdict, attributes: { displayName: "kim" } });
    expect(event.attributes).not.toHaveProperty("city");
  });

  it("contains no attribute value unless the policy names the attribute", () => {
    expect(buildSignUpDecided(decision)).not.toHaveProperty("attributes");
  });

  it("contains no evidence from rules", () => {
    expect(JSON.stringify(buildSignUpDecided(decision))).not.toContain("evidence");
  });
});

describe("the published schemas", () => {
  it("are exactly those of the present events", () => {
    const files = readdirSync(join(packageRoot, "docs", "schemas")).map((name) => `docs/schemas/${name}`);
    expect(files.sort()).toEqual(generatedSchemas.map(([path]) => path).sort());
  });
});

describe("the schema", () => {
  const event = sent(buildSignUpDecided(decision));

  it("accepts the example in docs/events.md", () => {
    const [, text = ""] = /```json\n(.*?)```/s.exec(page) ?? [];
    const example = JSON.parse(text) as Record<string, unknown>;
    expect(example).toMatchObject({ source: EVENT_SOURCE, "detail-type": SIGN_UP_DECIDED });
    expect(flaws(example.detail)).toEqual([]);
  });

  it("is listed in docs/events.md, like every other event schema", () => {
    const listed = [...page.matchAll(/\]\(schemas\/(.*?)\.json\)/g)].map(([, name]) => name);
    const files = readdirSync(join(packageRoot, "docs", "schemas")).map((name) => name.replace(/\.json$/, ""));
    // Those of what a policy folder holds, and commands print, are no events'.
    expect(listed).toEqual(files.filter((name) => !["answers", "cases", "commands"].includes(name)));
    expect(listed).toContain(SIGN_UP_DECIDED);
  });

  it("describes the meaning of each field", () => {
    for (const property of Object.values(schemaOf(SIGN_UP_DECIDED).properties)) expect(property).toHaveProperty("description");
  });

  it.each(["id", "time", "reference", "step", "source", "verdict", "reasons", "changed", "policyVersion"])("requires %s", (name) => {
    const { [name]: _, ...rest } = event;
    expect(flaws(rest)).not.toEqual([]);
  });

  it.each([
    { given: "an id without its count", change: { id: "abc" } },
    { given: "a time without milliseconds", change: { time: "2026-06-15T12:00:00Z" } },
    { given: "another verdict", change: { verdict: "perhaps" } },
    { given: "reasons as a text", change: { reasons: "x" } },
    { given: "an address without issuers", change: { issuers: undefined } },
    { given: "attributes as a list", change: { attributes: [] } },
  ])("refuses $given", ({ change }) => expect(flaws(sent({ ...event, ...change }))).not.toEqual([]));

  it("permits unknown fields, which later versions may add", () => {
    expect(flaws({ ...event, later: 1 })).toEqual(["later is not in the schema"]);
  });
});
