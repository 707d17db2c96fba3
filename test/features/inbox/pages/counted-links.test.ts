import { DRILL_DOMAIN } from "../../../../engine/sign-up/drill";
import type { DecisionRecord } from "../../../../engine/sign-up/record";
import { isCounted } from "../../../../features/counts/counts";
import { countStore } from "../../../../features/counts/store/counts";
import { domainCountStore } from "../../../../features/counts/store/domain-counts";
import { record, startConsole, type TestConsole } from "../../../console/support";
import { startClock } from "../../../support/fake-timers";

const NOW = new Date("2026-11-20T10:12:41.500Z");
/** Counting begins, and ends, within a minute of which rows lie on both sides. */
const BEGAN = "2026-11-19T20:15:30.250Z";
const REACHED = "2026-11-20T09:40:20.700Z";

let pages: TestConsole;
beforeEach(async () => {
  // Pages keep what they read of an hour that is over, so each state has its own console.
  startClock(NOW.toISOString());
  pages = await startConsole();
  pages.setTime(NOW);
});
afterEach(() => pages.close());

/** The same numbers for the same seed: Park and Miller's. */
function randomNumbers(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const answers: readonly Partial<DecisionRecord>[] = [
  { verdict: "continue", reasons: [], trace: [] },
  { verdict: "continue", step: "after-sign-in", reasons: [], trace: [] },
  { verdict: "continue", step: "before-sending-token", reasons: [], trace: [] },
  { verdict: "block", reasons: ["access-list.unlisted"] },
  { verdict: "block", step: "after-sign-in", reasons: ["access-list.denied"] },
  { verdict: "block", rule: "request-approval", reasons: ["approval.requested"] },
  { verdict: "block", rule: "two", reasons: ["access-list.denied", "access-list.unlisted"] },
  { verdict: "invalid", rule: "validate", reasons: ["validate.job-title", "validate.city"] },
  { verdict: "invalid", rule: "validate", reasons: ["validate.city"] },
];

/** Counts of a domain have no tokens. */
const answersOfSignUps = answers.filter(({ step }) => step !== "before-sending-token");

/** Moments around each bound: just before, at it, just after, in its minute, and in its hour. */
function buildTimes(random: ReturnType<typeof randomNumbers>): readonly string[] {
  const bounds = [
    BEGAN,
    REACHED,
    "2026-11-19T11:00:00.000Z",
    "2026-11-20T00:00:00.000Z",
    "2026-11-20T09:00:00.000Z",
    "2026-11-14T00:00:00.000Z",
  ];
  const near = bounds.flatMap((bound) => [-60_000, -1_000, -200, -1, 0, 1, 200, 1_000, 60_000].map((apart) => Date.parse(bound) + apart));
  const others = Array.from({ length: 40 }, () => NOW.getTime() - random(40 * 3_600_000));
  return [...near, ...others].filter((at) => at <= NOW.getTime()).map((at) => new Date(at).toISOString());
}

/** Counts those since `began` and up to `reached`, as the worker does. */
async function decide(seed: number, began: string, reached: string, more = 0) {
  const random = randomNumbers(seed);
  const moreTimes = Array.from({ length: more }, () => new Date(NOW.getTime() - random(20 * 3_600_000)).toISOString());
  const records = [...buildTimes(random), ...moreTimes].map((at, index) =>
    record({
      ...{ id: `id-${index}`, reference: `K7QD-${String(2222 + index)}`.replace(/[018]/g, "3"), at },
      ...{ email: `p${random(9)}@${["northwind.example", "fabrikam.example"][random(2)]}`, personId: `person ${random(9)}` },
      ...(more > 0 ? answersOfSignUps : answers)[random(more > 0 ? answersOfSignUps.length : answers.length)],
    }),
  );
  // A test of a deployment is no sign-up.
  const drill = { email: `smoke@${DRILL_DOMAIN}`, verdict: "block", reasons: ["request.drill"] } as const;
  records.push(record({ id: "drill", reference: "DRKK-DRKK", at: new Date(NOW.getTime() - 3_600_000).toISOString(), ...drill }));
  const { client } = pages.database;
  await countStore(client, "ledger-test").begin(new Date(began));
  for (const [index, each] of records.entries()) {
    await pages.world.decisions.keep(each, 90);
    if (each.at < began || each.at > reached || !isCounted(each)) continue;
    const decision = { sequenceNumber: String(index), record: each };
    await countStore(client, "ledger-test").add({ hour: each.at.slice(0, 13), gate: "default" }, [decision], 4_102_444_800);
    await domainCountStore(client, "ledger-test").add([decision], () => 4_102_444_800);
  }
}

const read = async (path: string) => await (await pages.get(path, "Administrator")).text();
const textIn = (html: string) =>
  html
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
const numberIn = (text = "") => {
  const [number] = /\d[\d,]*/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number.replaceAll(",", ""));
};
const decode = (path = "") => path.replaceAll("&amp;", "&");

/** Numbers with the path of what they counted: of a link that names one, and of a row whose link stands beside it. */
function findNumbers(html: string): readonly { readonly path: string; readonly count: number; readonly text: string }[] {
  const links = [...html.matchAll(/<a [^>]*?href="(\/decisions\?[^"]*)"[^>]*>(.*?)<\/a>/gs)]
    .filter(([, , inside = ""]) => !inside.includes("<time"))
    .flatMap(([, path, inside = ""]) => ({ path: decode(path), text: textIn(inside) }))
    .filter(({ text }) => /^(?:All )?[\d,]+ decisions?$|^(?:Let in|Asked for approval|Asked to correct|Refused) [\d,]+$/.test(text))
    .map((each) => ({ ...each, count: numberIn(each.text) ?? 0 }));
  const tables = [...html.matchAll(/<table.*?<\/table>/gs)].map(([table]) => table);
  const reasons = tables
    .filter((table) => table.includes("Refusals by reason"))
    .flatMap((table) => [...table.matchAll(/<tr[^>]*>.*?href="(\/decisions\?[^"]*)"[^>]*>(.*?)<\/a>.*?class="number"[^>]*>([\d,]+)</gs)])
    .map(([, path, text, count]) => ({ path: decode(path), text: textIn(text ?? ""), count: numberIn(count) ?? 0 }));
  const bars = [...html.matchAll(/<a href="(\/decisions\?[^"]*)" aria-label="([^"]*)"/g)].flatMap(([, path, label = ""]) =>
    Object.entries({ "Let in": "continue", "Asked for approval": "waiting", "Asked to correct": "invalid", Refused: "block" }).flatMap(
      ([name, verdict]) => {
        const [, count] = new RegExp(`${name} ([\\d,]+)`).exec(label) ?? [];
        return count === undefined ? [] : { path: `${decode(path)}&verdict=${verdict}`, text: label, count: numberIn(count) ?? 0 };
      },
    ),
  );
  return [...links, ...reasons, ...bars];
}

async function countRows(path: string): Promise<number> {
  let [rows, next] = [0, path as string | undefined];
  while (next !== undefined) {
    const html = await read(next);
    rows += [...html.matchAll(/<tr data-key=/g)].length;
    next = /href="([^"]+)" rel="next"/.exec(html)?.[1];
    next &&= decode(next);
  }
  return rows;
}

it.each([
  { state: "all counted", seed: 1, began: "2026-10-01T00:00:00.000Z", reached: NOW.toISOString() },
  { state: "counting began a moment ago", seed: 2, began: BEGAN, reached: NOW.toISOString() },
  { state: "the counts are behind", seed: 3, began: "2026-10-01T00:00:00.000Z", reached: REACHED },
  { state: "more than a page judges, and the counts are behind", seed: 5, began: BEGAN, reached: REACHED, more: 1_100 },
  { state: "the counts are behind within a second", seed: 4, began: BEGAN, reached: "2026-11-20T10:12:40.000Z" },
])("each number of the overview and of a domain opens as many rows: $state", async ({ seed, began, reached, more }) => {
  await decide(seed, began, reached, more);
  const paths = [
    "/",
    "/?range=week",
    "/?from=2026-11-20T09&to=2026-11-20T10",
    "/?from=2026-11-19T20&to=2026-11-19T21",
    "/domains/northwind.example",
  ];
  const wrong: unknown[] = [];
  let followed = 0;
  for (const from of paths) {
    for (const { path, count, text } of findNumbers(await read(from))) {
      followed += 1;
      const rows = await countRows(path);
      if (rows !== count) wrong.push({ from, text, count, rows, path });
    }
  }
  expect(followed).toBeGreaterThan(40);
  expect(wrong).toEqual([]);
});

it.each([
  { what: "before counting began", began: BEGAN, reached: NOW.toISOString() },
  { what: "after the counts' reach", began: "2026-10-01T00:00:00.000Z", reached: "2026-11-19T11:00:00.000Z" },
])("a bar and a number of a time $what open no page of decisions, and each link opens one", async ({ began, reached }) => {
  await decide(6, began, reached);
  const wrong: unknown[] = [];
  const paths = ["/?from=2026-11-18T09&to=2026-11-18T10", "/?from=2026-11-20T09&to=2026-11-20T10", "/domains/northwind.example"];
  const pagesRead = await Promise.all(paths.map(read));
  const links = new Set(pagesRead.flatMap((html) => [...html.matchAll(/href="(\/decisions\?[^"]*)"/g)].map(([, path]) => decode(path))));
  for (const path of links) {
    const { status } = await pages.get(path, "Administrator");
    if (status !== 200) wrong.push({ status, path });
  }
  expect(links.size).toBeGreaterThan(3);
  expect(wrong).toEqual([]);
});

it.each(["domain=drill.gatehouse.invalid", "reason=request.drill"])("tests of a deployment are found by %s", async (search) => {
  await decide(1, BEGAN, REACHED);
  expect(await countRows(`/decisions?${search}`)).toBe(1);
  expect(await read("/decisions")).not.toContain("DRKK-DRKK");
});
