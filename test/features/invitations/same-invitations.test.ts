import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import type { AccountRow } from "../../../features/accounts/account";
import { invitationId, invitePerson } from "../../../features/approvals/invite-person";
import { accessEndedStore } from "../../../features/expiry/store/ended";
import { incidentStore } from "../../../features/incidents/store/incidents";
import { accept, revokeInvitation } from "../../../features/invitations/invitation";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";
import { hashOf } from "../../engine/sign-up/people";
import { newcomer } from "../accounts/accounts";
import { alice, DAY } from "../approvals/requests";

let pages: TestConsole;
let instance: TestInstance;

const ago = (days: number) => new Date(Date.now() - days * DAY);
/** `sent`: days ago. */
const people = [
  { email: "a@contoso.com", sent: 5, sponsor: "mina@contoso.com" },
  { email: "b@contoso.com", sent: 4, sponsor: "mi.na@gmail.com" },
  { email: "c@litware.example", sent: 3, sponsor: "mina@gmail.com" },
  { email: "d@litware.example", sent: 2 },
  { email: "e@contoso.com", sent: 20, sponsor: "mina@contoso.com" },
  { email: "f@contoso.com", sent: 1, is: "revoked" },
  { email: "g@litware.example", sent: 1, is: "used" },
] as const;

beforeAll(async () => {
  pages = await startConsole();
  instance = await startInstance([], "samples/policies/invitations");
  for (const [hash, { change }] of [
    [hashOf, pages.world.approvals],
    [keyedHash(PERSON_KEY), instance.approvals],
  ] as const)
    for (const { email, sent, ...more } of people) {
      const id = invitationId(email, undefined, hash);
      const sending = { by: alice, code: "AAAA-3333-CCCC", days: 14 };
      const sponsor = "sponsor" in more ? { sponsor: more.sponsor } : {};
      await change(id, (stored) => invitePerson(stored, { email, ...sponsor }, sending, hash, ago(sent)));
      const is = "is" in more ? more.is : undefined;
      if (is === "revoked") await change(id, (stored) => revokeInvitation(stored, { by: alice }, ago(0)));
      if (is === "used") await change(id, (stored) => accept(stored, "call", "holder", ago(0)));
    }
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

type Set = Readonly<Record<string, string>>;

async function readPage(set: Set): Promise<string> {
  const html = await (await pages.get(`/people?${new URLSearchParams({ life: "invited", ...set })}`, "Reader")).text();
  expect(html).not.toContain('role="alert"');
  return html.replaceAll(/<wbr\/?>/g, "");
}

const listRows = (html: string) => [...html.matchAll(/<tr data-key.*?<\/tr>/gs)].map(([row]) => row);
const listPeople = async (set: Set) => listRows(await readPage(set)).map((row) => /[a-g]@[a-z]+\.[a-z]+/.exec(row)?.[0] ?? row);
const invite = (set: Set, ...more: string[]) =>
  gatehouse("invite", "list", ...Object.entries(set).flatMap(([name, text]) => [`--${name}`, text]), ...more, ...instance.local);
const listInvited = async (set: Set) => (jsonLines(await invite(set, "--json")) as { email: string }[]).map(({ email }) => email);

const texts: Readonly<Record<string, readonly string[]>> = {
  sponsor: ["mina@contoso.com", "Mina@Contoso.com", "mina@gmail.com", "m.ina@googlemail.com", "nobody@contoso.com"],
  domain: ["contoso.com", "@Litware.example", "nothing.example"],
  gate: ["default"],
};
const sets: readonly Set[] = [
  {},
  ...Object.entries(texts).flatMap(([name, each]) => each.flatMap((text) => [{ [name]: text }, { domain: "contoso.com", [name]: text }])),
];

// The page begins with the newest, the command with the oldest: its list is worked off. Used ones that let their account in again come last.
it.each(sets)("the page and `invite list` find the same open invitations by %o", async (set) => {
  const [page, command] = [await listPeople(set), await listInvited(set)];
  expect([...page].sort()).toEqual([...command].sort());
  const isUsed = (email: string) => email.startsWith("g@");
  expect(page.filter((email) => !isUsed(email))).toEqual(command.filter((email) => !isUsed(email)).toReversed());
  expect([page.findIndex(isUsed), command.findIndex(isUsed)].map((at) => at < 0 || at === page.length - 1)).toEqual([true, true]);
});

it("the lists tell the same of an invitation: address, sponsor, and that its account may sign up again", async () => {
  const [html, { stdout }] = [await readPage({}), await invite({})];
  expect(await listInvited({})).toHaveLength(5);
  for (const { email, ...more } of people.slice(0, 4)) {
    const row = listRows(html).find((each) => each.includes(email)) ?? "";
    const line = stdout.split("\n").find((each) => each.includes(email)) ?? "";
    if ("sponsor" in more) for (const text of [row, line]) expect(text).toContain(more.sponsor);
  }
  expect(stdout).toMatch(/g@litware\.example .*the account that used it/);
  expect(listRows(html).find((row) => row.includes("g@litware.example"))).toMatch(/may sign up again|used/i);
});

describe("both lists tell of an invitation", () => {
  const email = { out: "a@contoso.com", back: "b@contoso.com", ended: "g@litware.example" } as const;
  let incidents: readonly string[];

  beforeAll(async () => {
    const places = [
      { hash: hashOf, client: pages.database.client, nameOf: pages.world.place.nameOf },
      {
        ...{ hash: keyedHash(PERSON_KEY), client: instance.dynamodb.client },
        nameOf: (table: string) => (table === "listChanges" ? instance.listChangesTable : table),
      },
    ] as const;
    const ids: string[] = [];
    for (const { hash, client, nameOf } of places) {
      const store = incidentStore(client, nameOf("listChanges"));
      const [at, selection] = [ago(0).toISOString(), { from: ago(9).toISOString(), to: ago(0).toISOString() }];
      const steps = [{ what: "acting", at, by: "lee" }] as const;
      const draft = { by: "lee", state: "acted", selection, decisions: 2, people: 2, listed: 0, nameless: 0 } as const;
      const incident = await store.open({ ...draft, steps: [...steps] }, ago(0));
      for (const [to, state] of [
        [email.out, "disabled"],
        [email.back, "enabled"],
      ] as const) {
        const person = buildPersonId(to, hash);
        await store.add(incident, { person, reference: "K7QD-9MXD", id: to, at });
        await store.move(incident.id, { person, state: "selected" } as never, { state });
      }
      const ended = accessEndedStore(client, nameOf("ledger"), async () => ({ hashOf: hash }));
      await ended.note({ ...newcomer, email: email.ended, history: [] } as unknown as AccountRow, "disabled", ago(0));
      ids.push(incident.id);
    }
    incidents = ids;
  });

  const tellRow = async (who: string) => listRows(await readPage({})).find((row) => row.includes(who)) ?? "";
  const tellLine = async (who: string) => (await invite({})).stdout.split("\n").find((line) => line.includes(who)) ?? "";

  it("that an incident disabled the person's account, until somebody enables it", async () => {
    const [ofPage = "", ofCommand = ""] = incidents;
    expect(await tellRow(email.out)).toMatch(new RegExp(`${ofPage}.*Disabled by an incident`));
    expect(await tellLine(email.out)).toContain(`, disabled by the incident ${ofCommand}`);
    expect([await tellRow(email.back), await tellLine(email.back)].join()).not.toMatch(/disabled by/i);
  });

  it("that the access of the person who used it has ended", async () => {
    expect(await tellRow(email.ended)).toContain("Access ended");
    expect(await tellLine(email.ended)).toContain("the account that used it, access has ended");
    expect([await tellRow(email.out), await tellLine(email.out)].join()).not.toMatch(/access (has )?ended/i);
  });
});
