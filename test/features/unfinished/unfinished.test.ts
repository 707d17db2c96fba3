import { readFileSync } from "node:fs";
import { type Work, works } from "../../../engine/work";
import { claim, release, retry } from "../../../features/approvals/transitions";
import { findPersonWork, findUnfinished, runbookSection, type Unfinished } from "../../../features/unfinished/unfinished";
import { describeUnfinished, unfinishedWords } from "../../../features/unfinished/words";
import { NOW } from "../../engine/sign-up/people";
import { alice, approved, later, lease, MINUTE, provisioning, rowOf } from "../approvals/requests";

const time = (at: string) => at.slice(11, 16);
const count = (accounts: number, isAll: boolean) => `${accounts}${isAll ? "" : "+"}`;
const describeAt = (now: Date, unfinished: Unfinished, language: "en" | "ko" = "en") =>
  describeUnfinished(unfinishedWords[language], unfinished, { now, time, count });
const unavailable = { reason: "unavailable", graph: "503 serviceNotAvailable" };
const released = rowOf(release(provisioning, lease.holder, later(8 * MINUTE), later(1), unavailable));
const since = NOW.toISOString();
const failure = { part: "", since, at: later(MINUTE).toISOString(), why: "TimeoutError" };

it("nothing is unfinished if the rows say so", () => {
  expect(findUnfinished({ requests: { items: [], whole: true }, failures: new Map(), incidents: [] }, NOW)).toEqual([]);
});

it("accounts that wait are one thing, with what keeps them and the next try", () => {
  const [unfinished, ...others] = findUnfinished(
    { requests: { items: [released, { ...released, id: "b" }], whole: true }, failures: new Map() },
    NOW,
  );
  expect(others).toEqual([]);
  expect(describeAt(NOW, unfinished as Unfinished)).toEqual({
    title: `Graph doesn't answer since ${time(since)}: 2 accounts wait`,
    cause: `Graph: 503 serviceNotAvailable. Next try ${time(later(8 * MINUTE).toISOString())}.`,
  });
  expect(describeAt(later(9 * MINUTE), unfinished as Unfinished).cause).toMatch(/The next try is due now\.$/);
  expect(describeAt(later(60 * MINUTE), unfinished as Unfinished).cause).toMatch(/Since then nothing was noted: the next try was due/);
});

it("an account that no worker has tried to make, that one tried to, and that one tries to make now, are told apart", () => {
  const causes = [approved, provisioning, rowOf(claim(rowOf(retry(released, { by: alice }, later(MINUTE))), lease, later(6 * MINUTE)))].map(
    (request) => {
      const [unfinished] = findUnfinished({ requests: { items: [request], whole: true }, failures: new Map() }, later(7 * MINUTE));
      return describeAt(later(7 * MINUTE), unfinished as Unfinished).cause;
    },
  );
  expect(causes).toEqual(["No worker has tried to make it yet.", "The next try is due now.", "A worker is trying now."]);
});

it("work that failed says since when, why and when it is tried again, the oldest first", () => {
  const failures = new Map([
    ["webhooks" as const, [{ ...failure, part: "crm", since: later(2).toISOString(), why: "status 500" }]],
    ["mails" as const, [failure, { ...failure, part: "refused", since: later(1).toISOString() }]],
  ]);
  const texts = findUnfinished({ failures }, NOW).map((each) => describeAt(NOW, each));
  expect(texts).toEqual([
    { title: `Mails aren't sent since ${time(since)}`, cause: expect.stringMatching(/^It failed at .*: TimeoutError\. Next try /) },
    { title: expect.stringMatching(/^Mails were refused and are lost/), cause: expect.stringMatching(/It isn't tried again by itself\.$/) },
    { title: expect.stringMatching(/^The webhook crm takes no events/), cause: expect.stringMatching(/status 500\. Next try /) },
  ]);
});

it.each([
  { where: "in AWS", isLocal: false, next: later(MINUTE + 24 * 60 * MINUTE) },
  { where: "under npm start, which looks each minute", isLocal: true, next: later(2 * MINUTE) },
])("the next look at partners' DNS and at passwords is told as it comes $where", ({ isLocal, next }) => {
  const failures = new Map((["partners", "rotation"] as const).map((work) => [work, [{ ...failure, part: "dns" }]]));
  const tries = findUnfinished({ failures, isLocal }, NOW).map((each) => each.kind === "work" && each.nextTry);
  expect(tries).toEqual([next.toISOString(), next.toISOString()]);
});

it.each([
  { what: "are tried each quarter of an hour", more: {}, next: `Next try ${time(later(16 * MINUTE).toISOString())}.` },
  { what: "are being sent", more: { isGoing: true as const }, next: "They are being sent now, the oldest first." },
])("mails that wait for the sender say why, how many wait, and that they $what", ({ more, next }) => {
  const failures = new Map([["mails" as const, [{ ...failure, ...more, part: "sender", why: "quota", waiting: 12 }]]]);
  const [unfinished] = findUnfinished({ failures }, NOW);
  expect(describeAt(NOW, unfinished as Unfinished)).toEqual({
    title: `Mails wait since ${time(since)}`,
    cause: `It failed at ${time(failure.at)}: the daily quota is spent. Waiting: 12. ${next}`,
  });
  expect(runbookSection(unfinished as Unfinished)).toBe("mails-wait");
});

it.each(["failed", "refused"] as const)("an incident whose work %s is unfinished, and one whose work goes on is not", (work) => {
  const incidents = [
    { id: "a", at: since, work },
    { id: "b", at: since, work: "running" },
    { id: "c", at: since },
  ] as never;
  expect(findUnfinished({ failures: new Map(), incidents }, NOW)).toEqual([{ kind: "incident", id: "a", since }]);
});

it.each(works)("each work has words in both languages, and a section of the runbook: %s", (work) => {
  const unfinished: Unfinished = { ...failure, kind: "work", work };
  for (const language of ["en", "ko"] as const) expect(describeAt(NOW, unfinished, language).title.length).toBeGreaterThan(5);
  expect(describeAt(NOW, unfinished, "ko").title).not.toBe(describeAt(NOW, unfinished).title);
  expect(readFileSync("docs/runbook.md", "utf8")).toContain(`\n## ${runbookSection(unfinished)}\n`);
});

describe("what of it keeps a person waiting", () => {
  const named = (work: Work, part = ""): Unfinished => ({ ...failure, kind: "work", work, part });
  const all = [named("accounts"), named("arrivals", "K7QD-9MXD"), named("mails"), named("expiry"), named("webhooks", "crm")];
  const nobody = { requests: [], accountRows: [], decisions: [] };
  const letIn = { reference: "K7QD-9MXD", at: since, step: "before-create-user", verdict: "continue" } as const;
  const account = { state: "in" as const, until: later(-MINUTE).toISOString() };
  const heard = (person: Parameters<typeof findPersonWork>[1], unfinished: readonly Unfinished[] = all) =>
    findPersonWork(unfinished, person, NOW).map((each) => (each.kind === "work" ? each.work : each.kind));

  it.each([
    { who: "somebody without rows", person: nobody, is: [] },
    { who: "an approved person whose account waits", person: { ...nobody, requests: [released] }, is: ["accounts", "accounts", "mails"] },
    { who: "somebody whose sign-up has no row yet", person: { ...nobody, decisions: [letIn] }, is: ["arrivals"] },
    { who: "somebody whose access is over", person: { ...nobody, accountRows: [account] }, is: ["expiry"] },
    { who: "somebody who is in", person: { ...nobody, accountRows: [{ ...account, until: later(MINUTE).toISOString() }] }, is: [] },
    { who: "a person who was denied", person: { ...nobody, requests: [{ ...released, state: "denied" as const }] }, is: [] },
  ])("$who", ({ person, is }) => {
    expect(heard(person)).toEqual(is);
  });

  it.each([
    { who: "somebody who was let in and has no row yet", person: { ...nobody, decisions: [letIn] }, is: ["arrivals"] },
    {
      who: "somebody whose account was just made",
      person: { ...nobody, requests: [{ ...released, state: "provisioned" as const }] },
      is: ["arrivals"],
    },
    { who: "somebody with a row", person: { ...nobody, decisions: [letIn], accountRows: [{ state: "in" as const }] }, is: [] },
    { who: "somebody who was refused", person: { ...nobody, decisions: [{ ...letIn, verdict: "block" as const }] }, is: [] },
    {
      who: "somebody who was let in two days ago",
      person: { ...nobody, decisions: [{ ...letIn, at: later(-2880 * MINUTE).toISOString() }] },
      is: [],
    },
  ])("if Graph gives no account its row: $who", ({ person, is }) => {
    expect(heard(person, [named("arrivals")])).toEqual(is);
  });

  it("is nothing if all work goes through", () => {
    expect(heard({ requests: [released], accountRows: [account], decisions: [letIn] }, [])).toEqual(["accounts"]);
  });
});
