import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { arrive } from "../../../features/accounts/change";
import { expiry } from "../../../features/expiry/rule";
import { accountLifecycleRow, rowField } from "../../../features/person/pages/lifecycle-rows";
import { newcomer } from "../../features/accounts/accounts";
import { anyPolicy } from "../../support/any-policy";
import { startClock } from "../../support/fake-timers";
import { findElements, parsePage, readAttribute, readButtons, readFields, readText } from "../../support/parsed-page";
import { asked, startConsole, type TestConsole } from "../support";

type Fields = Record<string, string | readonly string[]>;

let pages: TestConsole;
let requests: readonly string[];
let account: string;
const RUN = "2026-11-20T08:00:00.000Z";
beforeAll(async () => {
  startClock();
  pages = await startConsole();
  for (const entry of ["proton.me", "two.example"]) await pages.put({ entry, effect: "deny" });
  const some = [await asked(pages, "kim@one.example"), await asked(pages, "lee@two.example")];
  requests = some.map(({ id, reference }) => `${id}/${reference}`);
  const { policiesAt } = pages.world;
  Object.assign(pages.world, { policiesAt: (gate: string) => [...policiesAt(gate), anyPolicy([expiry({ lasts: "90d" })])] });
  const guest = { ...newcomer, email: "guest@one.example", until: new Date(Date.now() + 5 * MS_PER_DAY).toISOString() };
  await pages.world.accounts().change(guest.id, (stored) => arrive(stored, guest, new Date()));
  const before = (days: number) => new Date(Date.parse(RUN) - days * MS_PER_DAY);
  const over = { ...guest, id: "over", email: "over@one.example", until: before(1).toISOString() };
  await pages.world.accounts().change(over.id, (stored) => arrive(stored, over, before(90)));
  const row = await pages.world.accounts().get(guest.id);
  account = row === undefined ? "" : rowField(accountLifecycleRow(row));
  const waiting = { at: RUN, state: "waiting", why: "many", toDisable: 2, toDelete: 1, inForce: 30 } as const;
  await pages.world.accessRuns.write({ turn: 0, runs: [] }, { ...waiting, reminded: 0, disabled: 0, deleted: 0, skipped: 0 });
});
afterAll(() => pages.close());

/** What a question shows and takes: as somebody asks for the act, and before anything is done. */
interface Question {
  readonly asks: string;
  /** Undefined: its page is opened. */
  readonly send?: () => Fields;
  readonly path: string;
  readonly title: string;
  readonly effect: readonly string[];
  readonly fields: readonly string[];
  readonly buttons: readonly string[];
  /** True if scripts show it where the pressed button was. */
  readonly isInPlace: boolean;
  /** Sent with the answer, so that it is about the same. */
  readonly hidden: Fields | (() => Fields);
}

const questions: readonly Question[] = [
  {
    asks: "an edit of selected entries",
    path: "/access-list/selected",
    send: () => ({ do: "allow", entry: ["proton.me", "two.example"] }),
    title: "Allow 2 entries",
    effect: ["Last 30 days", "proton.me", "two.example"],
    fields: ["Type 2, the number of entries, to confirm"],
    buttons: ["Allow 2 entries", "Cancel"],
    isInPlace: true,
    hidden: { do: "allow", entry: ["proton.me", "two.example"] },
  },
  {
    asks: "a decision on several requests",
    path: "/approvals/decide",
    send: () => ({ verb: "approve", request: requests }),
    title: "Approve 2 requests?",
    effect: ["kim@one.example", "lee@two.example"],
    fields: ["Note"],
    buttons: ["Leave out", "Approve these 2", "Cancel"],
    isInPlace: true,
    hidden: () => ({ verb: "approve", sure: "yes", request: requests.map((each) => `${each}/`) }),
  },
  {
    asks: "a later end of access",
    path: "/people/change",
    send: () => ({ verb: "extend-access", person: account }),
    title: "Extend access: guest@one.example",
    effect: [],
    fields: ["By how many days", "Reason (required)"],
    buttons: ["Extend access", "Cancel"],
    isInPlace: true,
    hidden: () => ({ verb: "extend-access", sure: "yes", person: account }),
  },
  {
    asks: "an end of access",
    path: "/people/change",
    send: () => ({ verb: "end-access", person: account }),
    title: "End now: guest@one.example",
    effect: ["the account is disabled in Entra"],
    fields: ["Reason (required)"],
    buttons: ["End now", "Cancel"],
    isInPlace: true,
    hidden: () => ({ verb: "end-access", sure: "yes", person: account }),
  },
  {
    asks: "an erasure of a person",
    path: "/people/erase?email=kim@one.example",
    title: "Erase kim@one.example",
    effect: ["Everything that an export shows is deleted for good.", "is still waiting"],
    fields: [
      "Remove entries of the access list that name the person too (a deny then no longer blocks the person)",
      "Delete waiting requests too (nobody is notified)",
      "Type kim@one.example to confirm",
    ],
    buttons: ["Erase for good"],
    isInPlace: false,
    hidden: { email: "kim@one.example" },
  },
  {
    asks: "a run that ends access",
    path: "/people/ending-run",
    title: "A run that ends access",
    effect: ["To disable", "Of accounts with an end"],
    fields: ["Type 1, the accounts to disable and delete"],
    buttons: ["Let it go on"],
    isInPlace: false,
    hidden: { run: RUN },
  },
];

const openQuestion = async ({ path, send }: Question, fields: Fields = {}) => {
  const answer = send === undefined ? pages.get(path, "Administrator") : pages.post(path, "Administrator", { ...send(), ...fields });
  return parsePage(await (await answer).text());
};

describe.each(questions)("$asks is preceded by a question", (question) => {
  it("which shows its title, effect, fields, the word to type and the button", async () => {
    const page = await openQuestion(question);
    const [form, ...others] = findElements(page, "form", { method: "post" }).filter((each) =>
      readButtons(each).includes(question.buttons[0] ?? ""),
    );
    expect(others).toEqual([]);
    if (form === undefined) throw new Error(readText(page));
    expect(findElements(page, "h1").map(readText)).toEqual([question.title]);
    for (const text of question.effect) expect(readText(page)).toContain(text);
    expect(Object.keys(readFields(form))).toEqual(question.fields);
    expect(readButtons(form)).toEqual(question.buttons);
    const sent = findElements(form, "input", { type: "hidden" }).map((each) => [readAttribute(each, "name"), readAttribute(each, "value")]);
    const { hidden } = question;
    for (const [name, values] of Object.entries(typeof hidden === "function" ? hidden() : hidden))
      expect(sent.filter(([each]) => each === name).map(([, value]) => value)).toEqual([values].flat());
  });

  it(question.isInPlace ? "where the button was" : "on a page of its own", async () => {
    const marked = findElements(await openQuestion(question), "section", { "data-question": "" });
    expect(marked.map((each) => readAttribute(each, "aria-label"))).toEqual(question.isInPlace ? [question.title] : []);
  });
});

describe.each([
  {
    asks: "a decision's note that is too long",
    path: "/approvals/decide",
    send: () => ({ verb: "approve", request: requests, sure: "yes", note: "x".repeat(1_001) }),
    says: "Too long: write 1,000 characters at most.",
  },
  {
    asks: "an end of access without a reason",
    path: "/people/change",
    send: () => ({ verb: "end-access", person: account, sure: "yes", note: "" }),
    says: "Write why.",
  },
  {
    asks: "an erasure with another word",
    path: "/people/erase",
    send: () => ({ email: "kim@one.example", confirm: "lee@two.example" }),
    says: "That does not match kim@one.example.",
  },
  {
    asks: "a run with another number",
    path: "/people/ending-run",
    send: () => ({ run: RUN, people: "4" }),
    says: "That does not match 1.",
  },
])("$asks with a wrong answer", ({ path, send, says }) => {
  it("repeats the question, reports the error at the field, and does nothing", async () => {
    const answer = await pages.post(path, "Administrator", send());
    const page = parsePage(await answer.text());
    expect(answer.status).toBe(400);
    const invalid = findElements(page, undefined, { "aria-invalid": "true" });
    expect(invalid).toHaveLength(1);
    const ids = invalid.flatMap((each) => readAttribute(each, "aria-describedby")?.split(" ") ?? []);
    const notes = ids.flatMap((id) => findElements(page, undefined, { id })).map(readText);
    expect(notes.join(" ")).toContain(says);
  });
});

it("an edit with a wrong number repeats the question, and reports the error at the field", async () => {
  const first = await openQuestion(questions[0] as Question);
  const version = findElements(first, "input", { name: "version" }).map((each) => readAttribute(each, "value"))[0] ?? "";
  const again = await openQuestion(questions[0] as Question, { version, confirm: "3" });
  const [field] = findElements(again, "input", { "aria-invalid": "true" });
  expect(field && readAttribute(field, "id")).toBe("confirm");
  expect(readText(again)).toContain("That does not match 2, the number of entries. Nothing was written.");
});
