import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { makeWorld } from "../../../adapters/operator/world";
import type { Actor } from "../../../engine/audited-change";
import { omit } from "../../../engine/collections";
import { buildPersonId, type HashOf, keyedHash } from "../../../engine/sign-up/person";
import { beforeCreateUser, type Policy } from "../../../engine/sign-up/policy";
import { listsOfGates } from "../../../features/access-list/asked-lists";
import { accessList } from "../../../features/access-list/rule";
import { type AccountStore, accountStore } from "../../../features/accounts/store/accounts";
import { invitationId, invitePerson } from "../../../features/approvals/invite-person";
import type { ApprovalRequest } from "../../../features/approvals/request";
import type { ApprovalStore } from "../../../features/approvals/store/approvals";
import type { DecisionStore } from "../../../features/decisions/store/decisions";
import {
  type ConcernCode,
  extendInvitation,
  invite,
  resendInvitation,
  restoreRevoked,
  revoke,
  transfer,
  weights,
} from "../../../features/invitations/acts";
import { INVITATION_DAYS } from "../../../features/invitations/invitation";
import { invited } from "../../../features/invitations/rule";
import { gatehouse, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { record, startConsole, type TestConsole } from "../../console/support";
import { hashOf } from "../../engine/sign-up/people";
import { policyFolder } from "../../support/policy-folder";
import { runs } from "../../support/runs";
import { arrived } from "../accounts/accounts";
import { alice, DAY, HOUR, rowOf } from "../approvals/requests";

let pages: TestConsole;
let instance: TestInstance;
let folders: Readonly<Record<"reads" | "reads none", string>>;
beforeAll(async () => {
  pages = await startConsole();
  instance = await startInstance([], "policy", { accounts: true });
  const write = (rules: string) =>
    policyFolder({
      "before-create-user.ts": `import { accessList, beforeCreateUser, invited } from "entra-gatehouse";\nexport default beforeCreateUser([${rules}], { trust: ["mail", "google.com"] });\n`,
    });
  folders = {
    reads: write('accessList({ otherwise: "continue" }), invited({ unless: "allowed" })'),
    "reads none": write("accessList()"),
  };
  for (const put of [pages.put, instance.putRow]) await put({ entry: "contoso.com", effect: "allow" });
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

const trust = { trust: ["mail", "google.com"] } as const;
const policies = {
  reads: beforeCreateUser([accessList({ otherwise: "continue" }), invited({ unless: "allowed" })] as never, trust as never) as Policy,
  "reads none": beforeCreateUser([accessList()] as never, trust as never) as Policy,
};

/** What is so of a person and the gate. */
const facts = fc.record({
  deny: fc.constantFrom("none", "none", "address", "google.com", "mail"),
  signedIn: fc.constantFrom("never", "mail", "google.com"),
  isAlike: fc.boolean(),
  isIn: fc.boolean(),
  isOwn: fc.constantFrom(false, false, true),
  policy: fc.constantFrom("reads", "reads none"),
  /** A valid invitation before an invitation, a transfer to the person or a revocation. Before other changes, and without it, an ended one. */
  isInvited: fc.constantFrom(false, false, true),
  isOwnSponsor: fc.constantFrom(false, false, false, true),
  verb: fc.constantFrom("invite", "resend", "extend", "revoke", "transfer"),
});
type Facts = typeof facts extends fc.Arbitrary<infer T> ? T : never;

interface Stores {
  readonly hash: HashOf;
  readonly approvals: Pick<ApprovalStore, "change" | "get">;
  readonly decisions: Pick<DecisionStore, "keep">;
  readonly accounts: Pick<AccountStore, "change">;
  put(row: Readonly<Record<string, string>>): Promise<void>;
  remove(entry: string): Promise<unknown>;
}

const allStores = (): readonly [Stores, Stores] => [
  {
    ...{ hash: hashOf, approvals: pages.world.approvals, decisions: pages.world.decisions, accounts: pages.world.accounts() },
    put: (row) => pages.put(row),
    remove: (entry) => pages.database.client.call("DeleteItem", { TableName: pages.database.tableName, Key: { entry: { S: entry } } }),
  },
  {
    ...{ hash: keyedHash(PERSON_KEY), approvals: instance.approvals, decisions: instance.decisions },
    accounts: accountStore(instance.dynamodb.client, "accounts"),
    put: (row) => instance.putRow(row),
    remove: (entry) =>
      instance.dynamodb.client.call("DeleteItem", { TableName: instance.dynamodb.tableName, Key: { entry: { S: entry } } }),
  },
];

/** The address whose invitation is transferred to the person. */
const nameWrong = (email: string) => `wrong-${email}`;

async function setUp(state: Facts, email: string): Promise<void> {
  const before = (ms: number) => new Date(Date.now() - ms);
  for (const { hash, approvals, decisions, accounts, put, remove } of allStores()) {
    for (const issuer of ["google.com", "mail"]) await remove(`issuer:${issuer}`);
    if (state.deny !== "none") await put({ entry: state.deny === "address" ? email : `issuer:${state.deny}`, effect: "deny" });
    if (state.signedIn !== "never")
      await decisions.keep(record({ id: email, email, issuers: [state.signedIn], at: before(HOUR).toISOString() } as never), 90);
    if (state.isIn) {
      const cells = { id: email, personId: buildPersonId(email, hash), email, letInAt: before(DAY).toISOString() };
      const until = before(-DAY).toISOString();
      await accounts.change(email, () => ({ ok: true, row: { ...arrived(cells), until, endsAt: until }, condition: "absent" }));
    }
    const sendInvitation = async (to: string, at: Date) => {
      const request = rowOf(invitePerson(undefined, { email: to }, { by: alice, code: "QH7K-93FN-XAMT", days: 14 }, hash, at));
      await approvals.change(request.id, () => ({ ok: true, request, condition: "absent" }));
    };
    const [isAdded, isProlonged] = [["invite", "transfer"].includes(state.verb), ["resend", "extend"].includes(state.verb)];
    if (state.isInvited || !isAdded) await sendInvitation(email, before(state.isInvited && !isProlonged ? DAY : 20 * DAY));
    if (state.verb === "transfer") await sendInvitation(nameWrong(email), before(DAY));
  }
  const file = join(instance.data, "instance.json");
  const askedLists = JSON.stringify(listsOfGates(["default"], () => [policies[state.policy]]));
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), askedLists, policy: folders[state.policy] }));
  vi.spyOn(pages.world, "policiesAt").mockReturnValue([policies[state.policy]]);
}

/** What the console and the command say of each concern. */
const said: Readonly<Record<ConcernCode, RegExp>> = {
  own: /Nobody invites themselves|own request/,
  "own-sponsor": /own sponsor|cannot answer for themselves/,
  "denied-by-list": /: allow it first|denies them, by/,
  "denied-by-provider": /when they sign in with/,
  "effect-unknown": /policy is not known here/,
  "has-access": /Has access already/,
  "look-alike": /only looks like/,
  "gate-not-open": /meanwhile an invitation alone/,
  "no-rule": /the gate&#39;s policy reads|the gate's policy reads/,
};
const codesIn = (text: string) => (Object.keys(said) as readonly ConcernCode[]).filter((code) => said[code].test(text));

interface Tried {
  readonly shown: readonly ConcernCode[];
  readonly refused: boolean;
  /** The field that undoes the change. */
  readonly undo?: string;
}

const doors = {
  console: {
    async tryIt({ verb, isOwn, isOwnSponsor }: Facts, email: string): Promise<Tried> {
      const headers = { Cookie: await pages.cookie("Approver", isOwn ? { userNames: [email] } : {}) };
      const post = async (path: string, fields: Record<string, string>) =>
        await (await pages.sent(path, "Approver", fields, headers)).text();
      if (verb === "invite") {
        const fields = { addresses: email, days: "14", sponsor: isOwnSponsor ? email : "" };
        const first = await post("/people/invite", fields);
        const [, alike] = /name="alike" value="([^"]*)"/.exec(first) ?? [];
        const html = alike === undefined ? first : first + (await post("/people/invite", { ...fields, alike }));
        return { shown: codesIn(html), refused: !/<h1[^>]*>[^<]* invited</.test(html) };
      }
      const row = await pages.world.approvals.get(invitationId(verb === "transfer" ? nameWrong(email) : email, undefined, hashOf));
      const person = `request/${row?.id}/${row?.turn}`;
      const to: Record<string, string> = verb === "transfer" ? { verb: "correct", to: email } : {};
      const fields = { verb, person, days: "14", note: "x", back: "/people", ...to };
      const question = await post("/people/change", fields);
      const html = await post("/people/change", { ...fields, sure: "yes", told: email });
      const [, undo] = /action="\/people\/change\/undo".*?name="person" value="([^"]*)"/s.exec(html) ?? [];
      return { shown: codesIn(question), refused: html.includes("Not done:"), ...(undo && { undo }) };
    },
  },
  command: {
    async tryIt({ verb, isOwnSponsor }: Facts, email: string): Promise<Tried> {
      const args = {
        invite: [email, ...(isOwnSponsor ? ["--sponsor", email] : [])],
        resend: ["resend", email, "--days", "14"],
        extend: ["extend", email, "--days", "14"],
        revoke: ["revoke", email],
        transfer: ["transfer", nameWrong(email), email],
      }[verb];
      const asked = await gatehouse("invite", ...args, ...instance.local);
      const isAsked = asked.stderr.includes("no terminal");
      const ran = isAsked ? await gatehouse("invite", ...args, "--yes", ...instance.local) : asked;
      return { shown: codesIn(ran.stderr), refused: ran.exitCode !== 0 || ran.stderr.includes("has a valid invitation already") };
    },
  },
} as const;

const acts = { invite, resend: resendInvitation, extend: extendInvitation, revoke, transfer } as const;

/** What both doors leave of an invitation. */
const withoutAuthors = (row: ApprovalRequest | undefined) =>
  row && {
    ...{ state: row.state, turn: row.turn, sponsor: row.invitation?.sponsor, locales: row.locales },
    history: row.history.map((each) => omit(each, "by", "at", "note", "act")),
  };

/** Takes an extension or a revocation back, which the act refuses by what it knows of the person now. */
async function tryUndo(person: string, actor: Actor, { id, passUntil }: ApprovalRequest): Promise<void> {
  const doing = { actor, now: new Date() };
  const [known] = await restoreRevoked.read([{ id }], makeWorld(restoreRevoked.uses, pages.world.place), doing);
  const concerns = restoreRevoked.concerns(known as NonNullable<typeof known>, { until: new Date(passUntil as string) }, actor);
  const headers = { Cookie: await pages.cookie("Approver", { userNames: actor.decider?.names ?? [] }) };
  const html = await (await pages.sent("/people/change/undo", "Approver", { person, back: "/people" }, headers)).text();
  const isRefused = concerns.some(({ weight }) => weight === "refused");
  expect(["undo", html.includes("Not done:")]).toEqual(["undo", isRefused]);
  const after = await pages.world.approvals.get(id);
  if (!isRefused) expect([after?.state, after?.passUntil]).toEqual(["approved", passUntil]);
  const codes = concerns.map(({ code }) => code);
  if (!isRefused) expect((after?.history.at(-1)?.concerns ?? []).toSorted()).toEqual(codes.toSorted());
}

let number = 0;

it("each door shows what the act knows, refuses alike but for the table of weights, and leaves the same row", async () => {
  const plain = {
    deny: "none",
    signedIn: "never",
    isAlike: false,
    isIn: false,
    isOwn: false,
    policy: "reads",
    isOwnSponsor: false,
  } as const;
  const examples: [Facts][] = [
    [{ ...plain, isAlike: true, isInvited: false, verb: "transfer" }],
    [{ ...plain, isInvited: true, verb: "transfer" }],
    [{ ...plain, isInvited: true, verb: "revoke" }],
  ];
  const [shownCodes, ends] = [new Set<string>(), new Set<string>()];
  const property = fc.asyncProperty(facts, async (state) => {
    number += 1;
    const email = `kim${number}@${state.isAlike ? "c0ntoso.com" : `place${number}.example`}`;
    await setUp(state, email);
    const left: unknown[] = [];
    const [pageStores, commandStores] = allStores();
    for (const [name, door, { hash, approvals }] of [
      ["console", doors.console, pageStores],
      ["command", doors.command, commandStores],
    ] as const) {
      const isOwn = name === "console" && state.isOwn;
      const actor: Actor = { by: "me", via: name, decider: { names: isOwn ? [email] : [] } };
      const invitation = await pages.world.approvals.get(invitationId(nameWrong(email), undefined, hashOf));
      const target = { invite: { email }, transfer: { invitation, to: email } }[state.verb as "invite"] ?? {
        id: invitationId(email, undefined, hashOf),
      };
      const input = { days: 14, usualDays: INVITATION_DAYS, ...(state.isOwnSponsor && { sponsor: email }) };
      const act = acts[state.verb] as unknown as typeof invite;
      const doing = { actor, now: new Date() };
      const [known] = await act.read([target as { readonly email: string }], makeWorld(act.uses, pages.world.place), doing);
      // The command's row is not changed yet, and the console's may be: what is known of the person is the same.
      const concerns = act.concerns(known as NonNullable<typeof known>, input, actor);
      // Whether the new person is invited already, a transfer finds as it moves the invitation.
      const isTaken = state.verb === "transfer" && state.isInvited;
      const isRefused = name === "command" && left.length > 0 ? undefined : isTaken || concerns.some(({ weight }) => weight === "refused");
      const rows = () => Promise.all([email, nameWrong(email)].map((each) => approvals.get(invitationId(each, undefined, hash))));
      const before = await rows();
      const { shown, refused, undo } = await door.tryIt(state, email);
      if (isRefused !== undefined) expect([name, refused]).toEqual([name, isRefused]);
      const codes = concerns.map(({ code }) => code).filter((code) => Object.hasOwn(weights, code));
      if (!refused) {
        expect([name, ...shown].sort()).toEqual([name, ...codes].sort());
        for (const code of shown) shownCodes.add(`${name} ${code}`);
      }
      const [after, moved] = await rows();
      if (refused) expect([after, moved]).toEqual(before);
      else {
        expect([name, ...(after?.history.at(-1)?.concerns ?? [])].sort()).toEqual([name, ...codes].sort());
        expect(after?.history.at(-1)?.act).toBeDefined();
        left.push([after, moved].map(withoutAuthors));
      }
      ends.add(`${state.verb} ${refused ? "refused" : "done"}`);
      if (undo !== undefined) ends.add("undo");
      if (undo !== undefined) await tryUndo(undo, actor, before[0] as ApprovalRequest);
    }
    expect(new Set(left.map((row) => JSON.stringify(row))).size).toBeLessThanOrEqual(1);
  });
  await fc.assert(property, { numRuns: runs(50, 400), examples, endOnFailure: true });
  for (const end of ["revoke done", "transfer done", "transfer refused", "undo"]) expect([...ends]).toContain(end);
  for (const code of ["denied-by-provider", "look-alike", "no-rule", "has-access"] as const)
    for (const name of ["console", "command"]) expect([...shownCodes]).toContain(`${name} ${code}`);
}, 600_000);
